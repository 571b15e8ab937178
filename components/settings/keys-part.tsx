import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'

type Key = { kid: string; state: 'active' | 'next' | 'old'; created: Date }

const STATES = {
  active: { tone: 'live', label: 'Active', means: 'It signs now.' },
  next: { tone: 'wait', label: 'Next', means: 'It is published and takes over when keys rotate.' },
  old: { tone: 'neutral', label: 'Old', means: 'It is published until what it signed has expired.' },
} as const

/** The keys that sign mandates and tokens. Only what is public of them. */
export function KeysPart({ keys }: { keys: readonly Key[] }) {
  return (
    <Part title="Signing keys" aside="ES256. The private part never leaves the authority unsealed.">
      {keys.length === 0 ? (
        <Empty title="There is no signing key yet.">The authority makes one when it starts.</Empty>
      ) : (
        <Table
          caption="Signing keys"
          columns={[
            { label: 'Key id' },
            { label: 'State' },
            { label: 'Since' },
            { label: 'What that means' },
          ]}
          className="directory"
        >
          {keys.map(({ kid, state, created }) => (
            <tr key={kid}>
              <Cell label="Key id">
                <code className="break">{kid}</code>
              </Cell>
              <Cell label="State">
                <Badge tone={STATES[state].tone} plain>
                  {STATES[state].label}
                </Badge>
              </Cell>
              <Cell label="Since">
                <Moment at={created} />
              </Cell>
              <Cell label="What that means">{STATES[state].means}</Cell>
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}
