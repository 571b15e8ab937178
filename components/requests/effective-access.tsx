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

/** What the agent would really get, or has: computed, never what anybody wrote. */
export function EffectiveAccess({ view }: { view: RequestView }) {
  const { asked, previous } = view
  return (
    <Part
      title="Effective access"
      aside={
        <p className="note">
          Scope: one action on one resource. {inShort(view)}{' '}
          {previous ? <ComparedWith previous={previous} /> : 'The first grant of this agent you may see.'}
        </p>
      }
    >
      <Table caption="Scopes" className="access" columns={previous ? [...COLUMNS, SINCE] : COLUMNS}>
        {asked.scopes.map((scope) => (
          <ScopeRow key={scope.id} scope={scope} previous={previous} struckBy={struckBy(view, scope)} />
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

type RowProps = { scope: Scope; previous: RequestRecord | null; struckBy: string | null }

function ScopeRow({ scope, previous, struckBy }: RowProps) {
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
  const { request, previous, effective } = view
  const { durationSeconds } = effective
  const before = previous && termsOf(previous).granted.durationSeconds
  const was = before && before !== durationSeconds ? `was ${lastsOf(before)}` : null
  return (
    <Facts className="mt-4">
      <Fact label="Agent" wide>
        <code>{agentIdentity(request.agent, request.environment)}</code>
      </Fact>
      <Fact label="Time">
        {isShortened(view) ? (
          <>
            <del>{lastsOf(view.asked.durationSeconds)}</del>{' '}
          </>
        ) : null}
        {request.grant ? (
          <>
            {lastsOf(durationSeconds)}, until <Moment at={request.grant.expires} />
          </>
        ) : (
          `${lastsOf(durationSeconds)} from the last signature`
        )}
        {was ? <span className="muted"> ({was})</span> : null}
        {isShortened(view) ? (
          <>
            <br />
            <span className="note">Shortened by {shortenedBy(view)}</span>
          </>
        ) : null}
      </Fact>
      <Uses view={view} />
      <Fact label="Environment">{request.environment}, as the agent has to prove</Fact>
      <Fact label="Key" wide>
        Tokens last 5 minutes and work only with the agent’s own key
      </Fact>
      <Fact label="Acts for">{request.requester.name}</Fact>
      <HandingOn view={view} />
    </Facts>
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

const isShortened = ({ asked, effective }: RequestView) => effective.durationSeconds < asked.durationSeconds

const shortenedBy = ({ changes }: RequestView) =>
  changes.findLast(({ own }) => own.shortened !== null)?.vote.personName ?? 'an approver'
