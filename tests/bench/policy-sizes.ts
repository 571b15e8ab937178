import { join } from 'node:path'
import { AgentId, PersonId, ResourceServerId, ScopeId, TenantId } from '@/lib/domain/ids'
import type { Question } from '@/lib/domain/question'
import { projectRoot } from '@/lib/ops/entry'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { decide } from '@/lib/policy/decide'
import { type LoadedPolicySet, loadPolicySet } from '@/lib/policy/load'
import { type Line, type Measured, median, ms, quantile, spreadOf, timed, times } from './figures'

const SIZES = [10, 100, 1000] as const
const ROUNDS = 5
const EACH = 60
/** How many policies speak about one action of a catalogue that grows with the set. */
const PER_ACTION = 10
const PER_FILE = 100

const ALL = '@id("all") @says("All.") permit (principal, action, resource);'

const forbid = (index: number, action: string) =>
  `@id("limit-${index}") @says("Limit ${index}.") forbid (principal, ${action}, resource) when { context.durationSeconds > ${90_000 + index} };`

/** A set of so many policies: each about one action of many, or each about all. */
function setOf(size: number, isSliced: boolean): LoadedPolicySet {
  const { schema } = readDefaultPolicySet(join(projectRoot, 'policies'))
  const actionOf = (index: number) => `action-${Math.floor(index / PER_ACTION)}`
  const names = [...new Set(Array.from({ length: size }, (_, index) => `"${actionOf(index)}"`))]
  const actions = `action ${names.join(', ')} in [read] appliesTo { principal: Agent, resource: Resource, context: Circumstances };`
  const texts = [ALL]
  for (let index = 1; index < size; index += 1)
    texts.push(forbid(index, isSliced ? `action == Action::"${actionOf(index)}"` : 'action'))
  const files = Math.ceil(texts.length / PER_FILE)
  const policies = Array.from({ length: files }, (_, file) => ({
    name: `${String(file).padStart(2, '0')}.cedar`,
    text: texts.slice(file * PER_FILE, (file + 1) * PER_FILE).join('\n'),
  }))
  return loadPolicySet({ schema: `${schema}\n${actions}`, policies })
}

const TENANT = TenantId.parse('T-BENCH')

const QUESTION: Question = {
  agent: {
    ...{ id: AgentId.parse('A-BENCH'), slug: 'bench', tenantId: TENANT },
    ...{ owners: [PersonId.parse('P-BENCH')], environments: ['staging'] },
  },
  scope: {
    ...{ id: ScopeId.parse('X-BENCH'), action: 'action-0', resource: 'https://tickets.example/t/1' },
    ...{ sensitivity: 1, dataDomain: 'support', maxSeconds: 3600, tenantId: TENANT },
    ...{ serverId: ResourceServerId.parse('S-BENCH'), serverName: 'Tickets' },
    ...{ serverIdentifier: 'https://tickets.example', serverType: 'ticket' },
  },
  requester: { id: PersonId.parse('P-ASKS'), roles: ['requester'] },
  ...{ goalCategory: 'support', durationSeconds: 60, environment: 'staging', approvedEnvironment: 'staging' },
  ...{ now: new Date('2026-03-02T10:15:00Z'), breakGlass: false, workingHours: true, approvals: [] },
}

/** Decisions with sets of 10, 100 and 1,000 policies, each question a new one, so that nothing is remembered. */
export async function measurePolicySizes(): Promise<Measured> {
  const cases = SIZES.flatMap((size) =>
    [true, false].map((isSliced) => ({ size, isSliced, set: setOf(size, isSliced) })),
  )
  const took = cases.map(() => [] as number[])
  const whole = cases.map(() => [] as number[])
  let asked = 0
  for (let round = 0; round <= ROUNDS; round += 1)
    for (const [at, { set }] of cases.entries()) {
      const values = await timed(EACH, () => {
        asked += 1
        const answer = decide(set, { ...QUESTION, durationSeconds: 60 + asked })
        if (answer.verdict !== 'allowed')
          throw new Error(`A decision was ${answer.verdict}: ${answer.errors}`)
      })
      if (round === 0) continue
      took[at]?.push(median(values))
      whole[at]?.push(...values)
    }
  const least = median(took[0] ?? [])
  const lines: Line[] = cases.map(({ size, isSliced }, at) => ({
    what: `${size} policies, ${isSliced ? `${PER_ACTION} of them about the action asked` : 'all about every action'}, p50 / p99`,
    figure: `${ms(median(took[at] ?? []))} / ${ms(quantile(whole[at] ?? [], 0.99))}`,
    spread: spreadOf(took[at] ?? [], ms),
    ratio: `${times(median(took[at] ?? []) / least)} the first`,
  }))
  return {
    title: 'Decisions and the size of the policy set',
    conditions: [
      `In one process, preparsed, ${ROUNDS} rounds of ${EACH} decisions in turn, every answer an allow and none remembered. Sliced: policies that name other actions never reach the engine.`,
    ],
    lines,
  }
}
