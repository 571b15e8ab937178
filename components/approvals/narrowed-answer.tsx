import { classNames } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import type { Tone } from '@/components/ui/tone'
import { type OwnChange, ownChange, type Terms } from '@/lib/domain/terms'
import { changeInWords, listed } from '../requests/words'
import type { Earlier } from './narrow-dialog'
import { delegationChosen, type Left, type Narrowed, type NarrowingAnswer } from './use-narrowing'

type Props = { narrowed: Narrowed; asked: Terms; earlier: readonly Earlier[]; chosen: Left }

/** What policy says of what is left, and how it differs from what was asked and from what others signed. */
export function NarrowedAnswer({ narrowed, asked, earlier, chosen }: Props) {
  const { tone, title } = verdictOf(narrowed, asked.delegation !== null)
  const now: Terms = {
    scopes: asked.scopes.filter(({ id }) => chosen.scopeIds.includes(id)),
    durationSeconds: Number(chosen.minutes) * 60 || 0,
    uses: Number(chosen.uses) || null,
    delegation: delegationChosen(asked.delegation, chosen),
  }
  const isWhole = narrowed.kind !== 'incomplete'
  return (
    <section className={classNames('verdict', `t-${tone}`)} aria-label="Narrower grant" aria-live="polite">
      <h3>
        <Icon name={tone} mark={tone} />
        {title}
      </h3>
      {narrowed.kind === 'answered' ? <Policies answer={narrowed.answer} /> : null}
      {isWhole ? (
        <ul>
          <Difference from="what was asked" change={ownChange(asked, now)} />
          {earlier.map(({ name, terms }) => (
            <Difference key={name} from={`what ${name} signed`} change={ownChange(terms, now)} />
          ))}
        </ul>
      ) : null}
    </section>
  )
}

function verdictOf(narrowed: Narrowed, namesOthers: boolean): { tone: Tone; title: string } {
  switch (narrowed.kind) {
    case 'unchanged':
      return {
        tone: 'neutral',
        title: `Strike a scope${namesOthers ? ' or a sub-agent' : ''}, shorten the time or cap the uses.`,
      }
    case 'asking':
      return { tone: 'neutral', title: 'Asking policy' }
    case 'answered':
      return ofAnswer(narrowed.answer)
    default:
      return { tone: 'bad', title: narrowed.says }
  }
}

function ofAnswer({ problem, verdict, stages }: NarrowingAnswer): { tone: Tone; title: string } {
  if (problem) return { tone: 'bad', title: problem }
  if (verdict === 'allowed')
    return { tone: 'good', title: 'Policy would allow this much without a signature.' }
  const needed = stages.map(({ groupName, quorum }) => `${groupName} (${quorum})`)
  return { tone: 'wait', title: `Policy still needs ${listed(needed)} for this much.` }
}

function Policies({ answer: { policies, problem } }: { answer: NarrowingAnswer }) {
  if (problem && policies.length === 0) return null
  return (
    <ul>
      {policies.map(({ id, says }) => (
        <li key={id}>
          {says} <code>{id}</code>
        </li>
      ))}
    </ul>
  )
}

function Difference({ from, change }: { from: string; change: OwnChange }) {
  const words = changeInWords(change)
  return <li>{words ? `Less than ${from}: ${words}.` : `The same as ${from}.`}</li>
}
