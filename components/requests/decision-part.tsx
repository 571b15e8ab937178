import { Icon } from '@/components/ui/icon'
import { Part } from '@/components/ui/part'
import { shortDigest } from '@/components/ui/short-digest'
import { Clock } from '@/components/ui/time'
import type { Tone } from '@/components/ui/tone'
import { counted } from '@/lib/domain/counted'
import type { Verdict } from '@/lib/domain/question'
import type { DecisionRecord } from '@/lib/domain/request-record'
import type { Status } from '@/lib/domain/status'
import { decisionsByAsk, type Rule, rulesOf } from './decision-rules'
import type { RequestView } from './request-view'
import { listed } from './words'

const TONES = { allowed: 'good', held: 'wait', refused: 'bad' } as const satisfies Record<Verdict, Tone>
const REFUSED = 'Refused. No signature can lift it.'

const LIFTED = 'Lifted by the signatures.'
// What came of a demand for signatures.
const HELD = {
  proposed: 'Held until it is signed.',
  awaiting: 'Held until it is signed.',
  refused: 'It needed signatures.',
  denied: 'It was held for signatures, and denied.',
  withdrawn: 'It was held for signatures, and withdrawn.',
  lapsed: 'It was held for signatures that did not come in time.',
  live: LIFTED,
  completed: LIFTED,
  revoked: LIFTED,
  expired: LIFTED,
} as const satisfies Record<Status, string>

function meaningOf(verdict: Verdict, status: Status): string {
  if (verdict === 'held') return HELD[status]
  return verdict === 'allowed' ? 'Allowed.' : REFUSED
}

/** What policy answered, by which policies, with their text as it was stored when it answered. */
export function DecisionPart({ view }: { view: RequestView }) {
  const { filed, closed, issued } = decisionsByAsk(view.decisions, view.request.decisionIds)
  const [first] = filed
  return (
    <Part
      title="Decision"
      aside={
        <p className="note">
          {counted(view.request.scopes.length, 'scope')}, {counted(filed.length, 'decision')}. Policy set{' '}
          <code>v{view.policySerial}</code>
          {first ? <code title={first.policySet}> {shortDigest(first.policySet.slice(0, 8))}</code> : null}
        </p>
      }
    >
      <ul className="rules">
        {rulesOf(filed).map((rule) => (
          <RuleItem key={`${rule.verdict} ${rule.id}`} rule={rule} view={view} />
        ))}
        <Doubts decisions={filed} />
      </ul>
      <AskedAgain closed={closed} issued={issued} />
    </Part>
  )
}

function RuleItem({ rule, view }: { rule: Rule; view: RequestView }) {
  const isLifted = rule.verdict === 'held' && view.request.grant !== null
  const tone = isLifted ? TONES.allowed : TONES[rule.verdict]
  const cedar = view.cedarOf.get(rule.id)
  return (
    <li>
      <Icon name={tone} mark={tone} />
      <div>
        <p>
          <b>{rule.says}</b> {meaningOf(rule.verdict, view.status)}
        </p>
        <p>
          <code>{rule.id}</code> <span className="note">decides {listed(rule.actions)}</span>
        </p>
        {cedar ? (
          <details>
            <summary>Cedar text, as stored in v{view.policySerial}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
            {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls */}
            <pre tabIndex={0} role="group" aria-label={`Cedar text of ${rule.id}`}>
              {cedar}
            </pre>
          </details>
        ) : null}
      </div>
    </li>
  )
}

/** Any doubt is a no, and says so. */
function Doubts({ decisions }: { decisions: readonly DecisionRecord[] }) {
  const errors = [...new Set(decisions.flatMap((decision) => decision.errors))]
  return errors.map((error) => (
    <li key={error}>
      <Icon name="bad" mark="bad" />
      <div>
        <p>
          <b>Policy could not decide.</b> {REFUSED}
        </p>
        <p>
          <code>{error}</code>
        </p>
      </div>
    </li>
  ))
}

type AgainProps = { closed: readonly DecisionRecord[]; issued: readonly DecisionRecord[] }

/** Policy is asked again when the last stage closes and at every issue, with the signatures as evidence. */
function AskedAgain({ closed, issued }: AgainProps) {
  const [closing] = closed
  const refused = issued.filter(({ verdict }) => verdict !== 'allowed')
  const [lastRefused] = refused
  return (
    <>
      {closing ? (
        <p className="muted mt-3">
          Asked again with the signatures at <Clock at={closing.made} zone />: {verdictCounts(closed)}.
        </p>
      ) : null}
      {issued.length > 0 ? (
        <p className="muted mt-3">
          Asked again at each issue of a token: {verdictCounts(issued)}.
          {lastRefused ? ` ${lastRefused.says.join(' ')}` : null}
        </p>
      ) : null}
    </>
  )
}

const VERDICTS = ['allowed', 'held', 'refused'] as const

function verdictCounts(decisions: readonly DecisionRecord[]): string {
  const counts = VERDICTS.map(
    (verdict) => [verdict, decisions.filter((one) => one.verdict === verdict).length] as const,
  )
  return listed(counts.filter(([, count]) => count > 0).map(([verdict, count]) => `${count} ${verdict}`))
}
