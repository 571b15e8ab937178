import type { ReactNode } from 'react'
import { Empty } from '@/components/ui/empty'
import { Fact, Facts } from '@/components/ui/facts'
import { Icon } from '@/components/ui/icon'
import { Part } from '@/components/ui/part'
import { Sensitivity } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { lastsOf } from '@/components/ui/time-words'
import type { SecretState } from '@/lib/domain/client-secret'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Scope } from '@/lib/domain/scope'

export type ShownServer = {
  name: string
  identifier: string
  type: string
  check: 'offline' | 'introspection'
  asksOnline: boolean
  /** Thumbprint of the key it proves itself with. */
  key: string | null
  /** Or its client secret: when it was made, never what it is. */
  secret: SecretState | null
  suspended: Date | null
  scopes: readonly Scope[]
}

const CHECKS = {
  asking: {
    says: 'Asks for a decision before each call it answers.',
    bound: 'It hears of a revocation with the next call. Uses of a grant are counted here.',
    online: 'Yes, before each call',
  },
  introspection: {
    says: 'Asks at every call.',
    bound: 'It hears of a revocation with the next call.',
    online: 'Yes, whether the token is active',
  },
  offline: {
    says: 'Verifies offline with published keys.',
    bound: 'A revocation reaches it when the token ends, within 5 minutes.',
    online: 'No',
  },
} as const

const COLUMNS = [
  { label: 'Scope' },
  { label: 'Resource' },
  { label: 'Sensitivity' },
  { label: 'Data domain' },
  { label: 'At most' },
]

type Props = {
  server: ShownServer
  tenant: string
  page: string | null
  /** Try, change and add, for who may. */
  tools: ReactNode
  /** The same for one scope. */
  toolOf: ((scope: Scope) => ReactNode) | null
}

/** One resource server: how it checks, what a revocation means for it, and what it offers. */
export function ServerPart({ server, tenant, page, tools, toolOf }: Props) {
  const columns = toolOf ? [...COLUMNS, { label: 'Change', hidden: true }] : COLUMNS
  const check = CHECKS[server.asksOnline ? 'asking' : server.check]
  return (
    <Part title={server.name} className="stack" aside={<div className="row">{tools}</div>}>
      <Facts>
        <Fact label="Identifier">
          <code className="break">{server.identifier}</code>
        </Fact>
        <Fact label="Type">
          <code>{server.type}</code>
        </Fact>
        <Fact label="Tenant">{tenant}</Fact>
        {page ? (
          <Fact label="In the demo">
            <a href={page}>Its own page</a>
          </Fact>
        ) : null}
        <Fact label="How it checks" wide>
          {check.says} <span className="muted">{check.bound}</span>
        </Fact>
        <Fact label="How it authenticates" wide>
          <Proof server={server} />
        </Fact>
        <Fact label="Asks online">{check.online}</Fact>
        {server.suspended ? (
          <Fact label="State">
            <Icon name="bad" mark="bad" /> Suspended <Moment at={server.suspended} />
          </Fact>
        ) : null}
      </Facts>
      {server.scopes.length === 0 ? (
        <Empty title="It offers no scope.">
          Nothing here can be asked for before an administrator adds one.
        </Empty>
      ) : (
        <Table caption={`Scopes of ${server.name}`} columns={columns} className="directory">
          {server.scopes.map((scope) => (
            <tr key={scope.id}>
              <Cell label="Scope">
                <code>{scope.action}</code>
              </Cell>
              <Cell label="Resource">
                <code className="break">{resourceLabel(scope)}</code>
              </Cell>
              <Cell label="Sensitivity">
                <Sensitivity level={scope.sensitivity} />
              </Cell>
              <Cell label="Data domain">{scope.dataDomain}</Cell>
              <Cell label="At most">{lastsOf(scope.maxSeconds)}</Cell>
              {toolOf ? <Cell>{toolOf(scope)}</Cell> : null}
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}

function Proof({ server: { key, secret } }: { server: ShownServer }) {
  if (key)
    return (
      <>
        private_key_jwt, as its identifier, with the key <code className="break">{key}</code>
      </>
    )
  if (!secret) return 'It has no key, so it asks for nothing: it only verifies.'
  return (
    <>
      client_secret_basic, as its identifier, with the secret <code>{secret.mark}</code>, made{' '}
      <Moment at={secret.made} />
      {secret.rotated ? (
        <>
          , last rotated <Moment at={secret.rotated} />
        </>
      ) : (
        ', never rotated'
      )}
      {secret.old ? (
        <>
          . The one before, <code>{secret.old.mark}</code>, serves until <Moment at={secret.old.ends} />
        </>
      ) : null}
      .
    </>
  )
}
