import { Fact, Facts } from '@/components/ui/facts'
import { Icon } from '@/components/ui/icon'
import { Part } from '@/components/ui/part'
import { Sensitivity } from '@/components/ui/small-marks'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { lastsOf } from '@/components/ui/time-words'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Scope } from '@/lib/domain/scope'

export type ShownServer = {
  name: string
  identifier: string
  type: string
  check: 'offline' | 'introspection'
  asksOnline: boolean
  suspended: Date | null
  scopes: readonly Scope[]
}

const CHECKS = {
  asking: {
    says: 'Asks for a decision before each call it answers.',
    bound: 'It hears of a revocation with the next call. Uses of a grant are counted here.',
  },
  introspection: {
    says: 'Asks at every call.',
    bound: 'It hears of a revocation with the next call.',
  },
  offline: {
    says: 'Verifies offline with published keys.',
    bound: 'A revocation reaches it when the token ends, within 5 minutes.',
  },
} as const

const COLUMNS = [
  { label: 'Scope' },
  { label: 'Resource' },
  { label: 'Sensitivity' },
  { label: 'Data domain' },
  { label: 'At most' },
]

/** One resource server: how it checks, what a revocation means for it, and what it offers. */
export function ServerPart({ server, page }: { server: ShownServer; page: string | null }) {
  const check = CHECKS[server.asksOnline ? 'asking' : server.check]
  return (
    <Part title={server.name} className="stack" aside={page ? <a href={page}>Its own page</a> : undefined}>
      <Facts>
        <Fact label="Identifier">
          <code className="break">{server.identifier}</code>
        </Fact>
        <Fact label="Type">
          <code>{server.type}</code>
        </Fact>
        <Fact label="How it checks" wide>
          {check.says} <span className="muted">{check.bound}</span>
        </Fact>
        {server.suspended ? (
          <Fact label="State">
            <Icon name="bad" mark="bad" /> Suspended <Moment at={server.suspended} />
          </Fact>
        ) : null}
      </Facts>
      <Table caption={`Scopes of ${server.name}`} columns={COLUMNS} className="directory">
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
          </tr>
        ))}
      </Table>
    </Part>
  )
}
