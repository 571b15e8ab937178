import type { ReactNode } from 'react'
import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'

export type ShownTrust = { id: string; name: string; says: ReactNode; tools: ReactNode }

type Props = { domains: readonly ShownTrust[]; issuers: readonly ShownTrust[]; adding: ReactNode }

const COLUMNS = [
  { label: 'Name', className: 'w-1/4' },
  { label: 'What is believed' },
  { label: 'Change', hidden: true },
]

/** Whom this tenant believes when they say which workload is calling. */
export function TrustPart({ domains, issuers, adding }: Props) {
  return (
    <Part title="Workload identity" aside={adding} className="stack">
      <p className="muted">
        Trust domain: gives workloads SPIFFE IDs. Issuer: gives them OpenID Connect tokens. Both say which
        workload is calling and where it runs, and nothing about what it may do.
      </p>
      {domains.length === 0 ? <Empty title="No trust domain is believed." /> : list('Trust domains', domains)}
      {issuers.length === 0 ? <Empty title="No issuer is believed." /> : list('Issuers', issuers)}
    </Part>
  )
}

const list = (caption: string, rows: readonly ShownTrust[]) => (
  <Table caption={caption} columns={COLUMNS} className="directory">
    {rows.map(({ id, name, says, tools }) => (
      <tr key={id}>
        <Cell label="Name">
          <code className="break">{name}</code>
        </Cell>
        <Cell label="What is believed">{says}</Cell>
        <Cell>{tools}</Cell>
      </tr>
    ))}
  </Table>
)
