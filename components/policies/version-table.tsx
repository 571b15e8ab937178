import { Badge } from '@/components/ui/badge'
import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { shortDigest } from '@/components/ui/short-digest'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'

export type ShownVersion = {
  version: string
  serial: number
  policies: number
  created: Date
  since: Date | null
}

const COLUMNS = [{ label: 'Set' }, { label: 'Version' }, { label: 'Stored' }, { label: 'State' }]

/** Sets never change, so an earlier one can still be read word for word. */
export function VersionTable({ versions, shown }: { versions: readonly ShownVersion[]; shown: number }) {
  return (
    <Part title="Versions" aside="A set never changes once it is stored.">
      <Table caption="Versions of the policy set" columns={COLUMNS} className="directory">
        {versions.map(({ version, serial, created, since }) => (
          <tr key={version} aria-current={serial === shown ? 'true' : undefined}>
            <Cell label="Set">
              <Link href={since ? '/policies' : `/policies?set=${serial}`}>
                <code>v{serial}</code>
              </Link>
            </Cell>
            <Cell label="Version">
              <code title={version}>{shortDigest(version.slice(0, 16))}</code>
            </Cell>
            <Cell label="Stored">
              <Moment at={created} />
            </Cell>
            <Cell label="State">
              {since ? (
                <Badge tone="live" plain>
                  In force
                </Badge>
              ) : (
                <Badge tone="neutral" plain>
                  Earlier
                </Badge>
              )}
            </Cell>
          </tr>
        ))}
      </Table>
    </Part>
  )
}
