import Link from 'next/link'
import { Fact, Facts } from '@/components/ui/facts'
import { Part } from '@/components/ui/part'
import { Sensitivity } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { dayOf, lastsOf } from '@/components/ui/time-words'
import { agentIdentity } from '@/lib/domain/agent'
import type { RequestRecord } from '@/lib/domain/request-record'
import { resourceLabel, type Scope } from '@/lib/domain/scope'
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
  const { request, previous } = view
  return (
    <Part
      title="Effective access"
      aside={
        <p className="note">
          Scope: one action on one resource.{' '}
          {previous ? <ComparedWith previous={previous} /> : 'The first grant of this agent you may see.'}
        </p>
      }
    >
      <Table caption="Scopes" className="access" columns={previous ? [...COLUMNS, SINCE] : COLUMNS}>
        {request.scopes.map((scope) => (
          <ScopeRow key={scope.id} scope={scope} previous={previous} />
        ))}
      </Table>
      <Terms view={view} />
    </Part>
  )
}

function ComparedWith({ previous }: { previous: RequestRecord }) {
  return (
    <>
      Compared with{' '}
      <Link href={`/requests/${previous.id}`} prefetch={false}>
        <code>{previous.id}</code>
      </Link>
      , {dayOf(previous.filed)}.
    </>
  )
}

function ScopeRow({ scope, previous }: { scope: Scope; previous: RequestRecord | null }) {
  const isKnown = previous?.scopes.some(({ id }) => id === scope.id)
  return (
    <tr>
      <td className="scope">
        <b>{scope.action}</b>
        <code>{resourceLabel(scope)}</code>
      </td>
      <Cell label="Sensitivity">
        <Sensitivity level={scope.sensitivity} />
      </Cell>
      <Cell label="Resource server">{scope.serverName}</Cell>
      <Cell label="Data domain">{scope.dataDomain}</Cell>
      {previous ? (
        <Cell label={SINCE.label}>{isKnown ? <span className="muted">Same</span> : <b>New</b>}</Cell>
      ) : null}
    </tr>
  )
}

function Terms({ view: { request, previous } }: { view: RequestView }) {
  const { grant, durationSeconds, environment } = request
  const was =
    previous && previous.durationSeconds !== durationSeconds
      ? `was ${lastsOf(previous.durationSeconds)}`
      : null
  return (
    <Facts className="mt-4">
      <Fact label="Agent" wide>
        <code>{agentIdentity(request.agent, environment)}</code>
      </Fact>
      <Fact label="Time">
        {grant ? (
          <>
            {lastsOf(durationSeconds)}, until <Moment at={grant.expires} />
          </>
        ) : (
          `${lastsOf(durationSeconds)} from the last signature`
        )}
        {was ? <span className="muted"> ({was})</span> : null}
      </Fact>
      <Fact label="Environment">{environment}, as the agent has to prove</Fact>
      <Fact label="Key" wide>
        Tokens last 5 minutes and work only with the agent’s own key
      </Fact>
      <Fact label="Acts for">{request.requester.name}, no delegation</Fact>
    </Facts>
  )
}
