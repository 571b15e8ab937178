import { Code } from '@/components/ui/code'
import { Icon } from '@/components/ui/icon'
import { Link } from '@/components/ui/link'
import { shortDigest } from '@/components/ui/short-digest'
import { Moment } from '@/components/ui/time'
import type { Tone } from '@/components/ui/tone'
import type { PolicyNote, Verdict } from '@/lib/domain/question'
import type { DecisionRecord } from '@/lib/domain/request-record'
import { aboutPath } from './paths'

/** A stored decision with its policies as they stood in the version that decided. */
export type EntryDecision = {
  decision: DecisionRecord
  serial: number | null
  policies: readonly PolicyNote[]
}

const TONES = { allowed: 'good', held: 'wait', refused: 'bad' } as const satisfies Record<Verdict, Tone>
const VERDICTS = { allowed: 'Allowed', held: 'Held', refused: 'Refused' } as const satisfies Record<
  Verdict,
  string
>

/** Verdict, policies and the whole input: what is needed to decide it again. */
export function EntryDecisions({ decisions }: { decisions: readonly EntryDecision[] }) {
  return (
    <section className="stack tight" aria-label="Decisions">
      {decisions.map((one) => (
        <OneDecision key={one.decision.id} {...one} />
      ))}
    </section>
  )
}

function OneDecision({ decision, serial, policies }: EntryDecision) {
  const tone = TONES[decision.verdict]
  return (
    <article id={decision.id} className="decision" aria-label={`Decision ${decision.id}`}>
      <p>
        <Icon name={tone} mark={tone} /> <b>{VERDICTS[decision.verdict]}</b> <code>{decision.action}</code>{' '}
        <Link href={aboutPath('decision', decision.id)}>
          <code>{decision.id}</code>
        </Link>
      </p>
      <p className="note">
        <code className="break">{decision.resource}</code>
        <br />
        Decided <Moment at={decision.made} /> by policy set{' '}
        <code>{serial === null ? '' : `v${serial} `}</code>
        <code title={decision.policySet}>{shortDigest(decision.policySet.slice(0, 8))}</code>.
      </p>
      {decision.policyIds.map((id, at) => (
        <Policy
          key={id}
          id={id}
          says={decision.says[at] ?? ''}
          cedar={policies.find((policy) => policy.id === id)?.cedar}
        />
      ))}
      {decision.reason ? (
        <p>
          The resource server was told no: <code>{decision.reason}</code>
        </p>
      ) : null}
      {decision.errors.map((error) => (
        <p key={error}>
          Policy could not decide, so the answer was no. <code>{error}</code>
        </p>
      ))}
      <details>
        <summary>Full input</summary>
        <Code label={`Input of decision ${decision.id}`}>{indented(decision.input)}</Code>
      </details>
    </article>
  )
}

function Policy({ id, says, cedar }: { id: string; says: string; cedar: string | undefined }) {
  return (
    <div>
      <p>
        {says}{' '}
        <Link href={aboutPath('policy', id)}>
          <code>{id}</code>
        </Link>
      </p>
      {cedar ? (
        <details>
          <summary>Cedar text</summary>
          <Code label={`Cedar text of ${id}`}>{cedar}</Code>
        </details>
      ) : null}
    </div>
  )
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}
