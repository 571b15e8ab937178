import { expect, test } from 'vitest'
import fc from '@/tests/harness/fast-check'
import { type Command, story } from '@/tests/harness/model/engine/commands'
import { Reference, type State } from '@/tests/harness/model/engine/reference'
import { System } from './engine-system'

const SEQUENCES = 20_000

/** What a story has to have reached somewhere, or the model proves nothing of it. */
type Reached = State | 'issued' | 'not issued' | 'as a deputy' | 'escalated' | 'nested'

function tell(commands: readonly Command[]): Set<Reached> {
  const [system, reference] = [new System(), new Reference()]
  const reached = new Set<Reached>()
  const said: string[] = []
  for (const command of commands) {
    const step = reference.run(command)
    said.push(JSON.stringify(command))
    expect({ told: said.join('\n'), ...system.run(command) }).toEqual({ told: said.join('\n'), ...step })
    reached.add(step.state)
    if (command.do === 'issue' && step.state === 'live') reached.add(step.done ? 'issued' : 'not issued')
    if (command.do === 'sign' && command.for && step.done) reached.add('as a deputy')
    if (command.do === 'sign' && step.done && reference.lastFrom === 'managers') reached.add('escalated')
    if (command.do === 'nest' && step.done) reached.add('nested')
  }
  return reached
}

test(`stages, escalation, deputies and groups in groups do what ${SEQUENCES} stories say`, () => {
  const reached = new Map<Reached, number>()
  fc.assert(
    fc.property(story(30), (commands) => {
      for (const one of tell(commands)) reached.set(one, (reached.get(one) ?? 0) + 1)
    }),
    { numRuns: SEQUENCES },
  )
  const all: Reached[] = ['awaiting', 'lapsed', 'denied', 'live', 'issued', 'not issued', 'nested']
  for (const one of [...all, 'as a deputy', 'escalated'] as const)
    expect(reached.get(one) ?? 0, one).toBeGreaterThan(SEQUENCES / 1000)
}, 600_000)
