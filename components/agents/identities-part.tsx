import type { ReactNode } from 'react'
import { Empty } from '@/components/ui/empty'
import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { type Agent, agentIdentity } from '@/lib/domain/agent'

export type ShownIdentity = {
  id: string
  kind: 'spiffe' | 'key' | 'subject'
  what: string
  environment: string
  /** It is stated for this identity alone. */
  isOwnPlace: boolean
}

const KINDS = {
  spiffe: 'SPIFFE ID',
  key: 'Public key',
  subject: 'Issuer',
} as const satisfies Record<ShownIdentity['kind'], string>

const COLUMNS = [
  { label: 'Kind' },
  { label: 'Identity' },
  { label: 'Environment' },
  { label: 'Change', hidden: true },
]

type Props = {
  agent: Agent
  identities: readonly ShownIdentity[]
  /** Add and test, for who may. */
  tools: ReactNode
  toolsOf: (id: string) => ReactNode
}

/** What an agent may prove itself with, and what it is called in credentials. */
export function IdentitiesPart({ agent, identities, tools, toolsOf }: Props) {
  return (
    <Part title="Identities" aside={tools} className="stack">
      <p className="muted">
        Identity: what this agent proves itself with. One proof names one agent, and the environment it proves
        has to be the one that was approved.
      </p>
      {identities.length === 0 ? (
        <Empty title="It has no identity, so it can prove nothing.">
          {tools ? (
            <>
              Add a key, or what a trust domain or an issuer calls it. Domains and issuers are added in{' '}
              <Link href="/settings">Settings</Link>.
            </>
          ) : null}
        </Empty>
      ) : (
        <Table caption="Identities" columns={COLUMNS} className="directory">
          {identities.map((identity) => (
            <tr key={identity.id}>
              <Cell label="Kind">{KINDS[identity.kind]}</Cell>
              <Cell label="Identity">
                <code className="break">{identity.what}</code>
              </Cell>
              <Cell label="Environment">
                {identity.environment}
                {identity.isOwnPlace ? <span className="muted">, stated for this identity</span> : null}
              </Cell>
              <Cell>{toolsOf(identity.id)}</Cell>
            </tr>
          ))}
        </Table>
      )}
      <Table caption="In credentials" columns={[{ label: 'Environment' }, { label: 'Named in credentials' }]}>
        {agent.environments.map((environment) => (
          <tr key={environment}>
            <Cell label="Environment">{environment}</Cell>
            <Cell label="Named in credentials">
              <code className="break">{agentIdentity(agent, environment)}</code>
            </Cell>
          </tr>
        ))}
      </Table>
    </Part>
  )
}
