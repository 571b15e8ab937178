import type { ReactNode } from 'react'
import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import {
  type KeyState,
  type KeyTimes,
  publishedUntil,
  replacedAt,
  takesOverAt,
} from '@/lib/domain/signing-key'

const STATES = {
  active: { tone: 'live', label: 'Active' },
  next: { tone: 'wait', label: 'Next' },
  old: { tone: 'neutral', label: 'Retired' },
  ended: { tone: 'neutral', label: 'Ended' },
} as const satisfies Record<KeyState, { tone: string; label: string }>

const COLUMNS = [
  { label: 'Key id' },
  { label: 'State' },
  { label: 'Since' },
  { label: 'What that means' },
  { label: 'End', hidden: true },
]

const sinceOf = ({ state, created, activated, retired }: KeyTimes) =>
  (state === 'active' ? activated : state === 'old' ? retired : created) ?? created

function Means({ of }: { of: KeyTimes }) {
  if (of.state === 'active')
    return (
      <>
        It signs now. The next one takes over by itself on <Moment at={replacedAt(of)} />.
      </>
    )
  if (of.state === 'next')
    return (
      <>
        It is published, so that everybody has it, and may sign from <Moment at={takesOverAt(of)} />.
      </>
    )
  const until = publishedUntil(of)
  return (
    <>
      It signs no more. It is published until what it signed has ended
      {until ? (
        <>
          : <Moment at={until} />
        </>
      ) : null}
      .
    </>
  )
}

type Props = { keys: readonly KeyTimes[]; rotating: ReactNode; endOf: (key: KeyTimes) => ReactNode }

/** The keys that sign mandates and tokens. Only what is public of them. */
export function KeysPart({ keys, rotating, endOf }: Props) {
  return (
    <Part title="Signing keys" aside={rotating} className="stack">
      <p className="muted">
        Signing key: what the authority signs mandates and tokens with, for every tenant here. ES256; the
        private part is stored encrypted and shown to nobody.
      </p>
      {keys.length === 0 ? (
        <Empty title="There is no signing key yet.">The authority makes one when it starts.</Empty>
      ) : (
        <Table caption="Signing keys" columns={COLUMNS} className="directory">
          {keys.map((key) => (
            <tr key={key.kid}>
              <Cell label="Key id">
                <code className="break">{key.kid}</code>
              </Cell>
              <Cell label="State">
                <Badge tone={STATES[key.state].tone} plain>
                  {STATES[key.state].label}
                </Badge>
              </Cell>
              <Cell label="Since">
                <Moment at={sinceOf(key)} />
              </Cell>
              <Cell label="What that means">
                <Means of={key} />
              </Cell>
              <Cell>{endOf(key)}</Cell>
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}
