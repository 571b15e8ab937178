import { Fact, Facts } from '@/components/ui/facts'
import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { Sensitivity } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { dayOf, lastsOf } from '@/components/ui/time-words'
import { agentIdentity } from '@/lib/domain/agent'
import { type RequestRecord, termsOf } from '@/lib/domain/request-record'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Scope } from '@/lib/domain/scope'
import { phaseOf } from '@/lib/domain/status'
import { areCounted } from '@/lib/domain/uses'
import { HandingOn } from './handing-on'
import type { RequestView } from './request-view'

const COLUMNS = [
  { label: 'Scope' },
  { label: 'Sensitivity' },
  { label: 'Resource server' },
  { label: 'Data domain' },
] as const
const SINCE = { label: 'Since last grant' } as const

const FIRST = {
  open: 'The first grant of this agent you may see.',
  ended: 'The first grant of this agent you may see.',
  never: 'There is no earlier grant of this agent that you may see.',
} as const
const PROOF = {
  open: 'as the agent has to prove',
  ended: 'as the agent had to prove',
  never: 'as the agent would have had to prove',
} as const
const KEY = {
  open: 'Tokens last 5 minutes and work only with the agent’s own key',
  ended: 'Tokens lasted 5 minutes and worked only with the agent’s own key',
  never: 'No token was issued',
} as const

/** What the agent would really get, or has: computed, never what anybody wrote. */
export function EffectiveAccess({ view }: { view: RequestView }) {
  const { asked, previous } = view
  return (
    <Part
      title="Effective access"
      aside={
        <p className="note">
          Scope: one action on one resource. {inShort(view)}{' '}
          {previous ? <ComparedWith previous={previous} /> : FIRST[phaseOf(view.status)]}
        </p>
      }
    >
      <Table caption="Scopes" className="access" columns={previous ? [...COLUMNS, SINCE] : COLUMNS}>
        {asked.scopes.map((scope) => (
          <ScopeRow
            key={scope.id}
            scope={scope}
            previous={previous}
            struckBy={struckBy(view, scope)}
            isLost={view.lostIds.includes(scope.id)}
          />
        ))}
      </Table>
      <Terms view={view} />
    </Part>
  )
}

const inShort = ({ asked, effective }: RequestView) =>
  effective.scopes.length < asked.scopes.length
    ? `${effective.scopes.length} of the ${asked.scopes.length} asked.`
    : ''

/** Who struck a scope that was asked and is not given, or null when it is given. */
function struckBy({ effective, changes }: RequestView, scope: Scope): string | null {
  if (effective.scopes.some(({ id }) => id === scope.id)) return null
  const first = changes.find(({ own }) => own.struck.some(({ id }) => id === scope.id))
  return first?.vote.personName ?? 'an approver'
}

function ComparedWith({ previous }: { previous: RequestRecord }) {
  return (
    <>
      Compared with{' '}
      <Link href={`/requests/${previous.id}`}>
        <code>{previous.id}</code>
      </Link>
      , {dayOf(previous.filed)}.
    </>
  )
}

type RowProps = { scope: Scope; previous: RequestRecord | null; struckBy: string | null; isLost: boolean }

function ScopeRow({ scope, previous, struckBy, isLost }: RowProps) {
  const isKnown = previous && termsOf(previous).granted.scopes.some(({ id }) => id === scope.id)
  const words = (
    <>
      <b>{scope.action}</b>
      <code>{resourceLabel(scope)}</code>
    </>
  )
  return (
    <tr className={struckBy ? 'is-struck' : undefined}>
      <td className="scope">
        {struckBy ? (
          <>
            <del>{words}</del>
            <span className="note">Struck by {struckBy}</span>
          </>
        ) : (
          words
        )}
        {isLost ? <span className="note block">Not offered any more: no token is issued for it.</span> : null}
      </td>
      <Cell label="Sensitivity">
        <Sensitivity level={scope.sensitivity} />
      </Cell>
      <Cell label="Resource server">{scope.serverName}</Cell>
      <Cell label="Data domain">{scope.dataDomain}</Cell>
      {previous ? (
        <Cell label={SINCE.label}>
          {struckBy ? 'Not given' : isKnown ? <span className="muted">Same</span> : <b>New</b>}
        </Cell>
      ) : null}
    </tr>
  )
}

function Terms({ view }: { view: RequestView }) {
  const { request, status } = view
  const phase = phaseOf(status)
  return (
    <Facts className="mt-4">
      <Fact label="Agent" wide>
        <code>{agentIdentity(request.agent, request.environment)}</code>
      </Fact>
      <Time view={view} />
      <Uses view={view} />
      <Fact label="Environment">
        {request.environment}, {PROOF[phase]}
      </Fact>
      <Fact label="Key" wide>
        {KEY[phase]}
      </Fact>
      <Fact label="Acts for">{request.requester.name}</Fact>
      <HandingOn view={view} />
    </Facts>
  )
}

function Time({ view }: { view: RequestView }) {
  const { previous, asked } = view
  const { durationSeconds } = view.effective
  const before = previous && termsOf(previous).granted.durationSeconds
  const isNever = phaseOf(view.status) === 'never'
  const isShorter = durationSeconds < asked.durationSeconds
  return (
    <Fact label="Time">
      {isShorter ? (
        <>
          <del>{lastsOf(asked.durationSeconds)}</del>{' '}
        </>
      ) : null}
      {lastsOf(durationSeconds)}
      <Bound view={view} isShorter={isShorter} />
      {before && before !== durationSeconds ? (
        <span className="muted">
          {' '}
          ({isNever ? 'last grant:' : 'was'} {lastsOf(before)})
        </span>
      ) : null}
      {isShorter ? (
        <>
          <br />
          <span className="note">Shortened by {shortenedBy(view)}</span>
        </>
      ) : null}
    </Fact>
  )
}

/** From or until when the time runs, or that it never ran. */
function Bound({ view: { request, status }, isShorter }: { view: RequestView; isShorter: boolean }) {
  if (phaseOf(status) === 'never') return isShorter ? ', never granted' : ' asked for, never granted'
  if (!request.grant) return ' from the last signature'
  const isCutShort = status === 'completed' || status === 'revoked'
  return (
    <>
      {isCutShort ? ', no longer than' : ', until'} <Moment at={request.grant.expires} />
    </>
  )
}

/** How often it may be used, where that is counted: at resource servers that ask before each call. */
function Uses({ view: { request, effective, changes } }: { view: RequestView }) {
  if (!areCounted(effective.scopes)) return null
  const { uses } = effective
  const left = request.grant?.usesLeft ?? null
  const by = changes.findLast(({ own }) => own.capped !== null)?.vote.personName
  return (
    <Fact label="Uses">
      {uses === null ? 'Not counted' : left === null ? `At most ${uses}` : `${left} of ${uses} left`}
      {uses !== null && by ? (
        <>
          <br />
          <span className="note">Capped by {by}</span>
        </>
      ) : null}
    </Fact>
  )
}

const shortenedBy = ({ changes }: RequestView) =>
  changes.findLast(({ own }) => own.shortened !== null)?.vote.personName ?? 'an approver'
