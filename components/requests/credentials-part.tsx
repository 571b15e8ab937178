import { Badge } from '@/components/ui/badge'
import { Callout } from '@/components/ui/callout'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Clock } from '@/components/ui/time'
import type { FormAction } from '@/components/ui/use-act'
import type { CredentialRecord } from '@/lib/domain/request-record'
import { boundsOf } from './bounds'
import { type IssuedMandate, IssueMandate } from './issue-mandate'
import type { RequestView } from './request-view'

type Props = { view: RequestView; issue: FormAction<IssuedMandate>; issuer: string }

const COLUMNS = [
  { label: 'Resource server' },
  { label: 'Scope' },
  { label: 'Issued' },
  { label: 'Ends' },
  { label: 'How it is checked' },
] as const

const MANDATE = 'Mandate: a signed note naming the requester and this agent. Only this agent can use it.'

/** The mandate, the tokens the agent got for it, and after the end what holds at each resource server. */
export function CredentialsPart({ view, issue, issuer }: Props) {
  const { request, credentials, abilities } = view
  return (
    <Part
      title="Credentials"
      aside="Credential: what the agent gets for a mandate and a proof of its identity."
      className="stack"
    >
      <Bounds view={view} />
      {abilities.issue && request.grant ? (
        <IssueMandate
          grantId={request.grant.id}
          action={issue}
          issuer={issuer}
          resource={view.effective.scopes[0]?.serverIdentifier ?? ''}
          meaning={MANDATE}
        />
      ) : null}
      {credentials.length > 0 ? (
        <>
          <Table caption="Credentials issued" columns={COLUMNS}>
            {credentials.map((credential) => (
              <Row key={credential.id} credential={credential} now={view.now} />
            ))}
          </Table>
          <p className="note">
            A resource server that asks refuses at once when the grant ends. One that verifies offline goes on
            until the token’s five minutes end.
          </p>
        </>
      ) : (
        <p className="muted">{noneYet(view)}</p>
      )}
    </Part>
  )
}

function noneYet({ status, abilities }: RequestView): string {
  if (abilities.issue) return 'No token was issued yet.'
  if (status === 'live') return `No token was issued yet. ${MANDATE}`
  if (status === 'awaiting') return `None. A mandate can be issued once the request is live. ${MANDATE}`
  return 'None was issued.'
}

const CHECKS = {
  introspection: 'Asks at every call',
  offline: 'Offline, until it ends',
} as const satisfies Record<CredentialRecord['check'], string>

function Row({ credential, now }: { credential: CredentialRecord; now: Date }) {
  const isOver = credential.expires <= now
  return (
    <tr>
      <td>
        <b>{credential.serverName}</b>
      </td>
      <Cell label="Scope">
        <code className="nowrap">{credential.scope.split(' ').join(', ')}</code>
      </Cell>
      <Cell label="Issued">
        <Clock at={credential.issued} />
      </Cell>
      <Cell label="Ends">
        <Clock at={credential.expires} />{' '}
        {isOver ? (
          <Badge tone="neutral" plain>
            Over
          </Badge>
        ) : null}
      </Cell>
      <Cell label="How it is checked">{CHECKS[credential.check]}</Cell>
    </tr>
  )
}

function Bounds({ view: { status, request, effective, credentials, checks } }: { view: RequestView }) {
  const ended = request.grant?.ended
  if (!ended || (status !== 'revoked' && status !== 'completed')) return null
  const servers = [...new Map(effective.scopes.map(({ serverId, serverName }) => [serverId, serverName]))]
  const says = boundsOf(
    servers.map(([id, name]) => ({ id, name, check: checks.get(id) ?? 'offline' })),
    credentials,
    ended,
  )
  return (
    <Callout
      tone={status === 'revoked' ? 'bad' : 'good'}
      title={status === 'revoked' ? 'Revoked.' : 'Completed.'}
    >
      Nothing is issued any more.
      <ul className="mt-1">
        {says.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </Callout>
  )
}
