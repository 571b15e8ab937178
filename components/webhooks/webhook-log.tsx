'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import type { FormAction } from '@/components/ui/use-act'
import {
  DELIVERY_FAILURES,
  DELIVERY_STATES,
  type DeliveryFailure,
  type DeliveryState,
} from '@/lib/domain/delivery'

export type LoggedRow = {
  id: string
  says: string
  made: Date
  state: DeliveryState
  attempts: number
  nextTry: Date
  status: number | null
  failure: DeliveryFailure | null
}

type Props = { rows: readonly LoggedRow[]; replay: FormAction<unknown> | null }

const TONES = { waiting: 'wait', delivered: 'good', given_up: 'bad' } as const

const COLUMNS = [
  { label: 'When' },
  { label: 'What' },
  { label: 'State' },
  { label: 'Attempts', number: true },
  { label: 'Answer' },
  { label: 'Next try' },
  { label: 'Act', hidden: true },
]

/** What was sent to one address, and what became of it. */
export function WebhookLog({ rows, replay }: Props) {
  return (
    <Part title="Deliveries" aside="The newest fifty." className="stack">
      {rows.length === 0 ? (
        <Empty title="Nothing was sent here yet." />
      ) : (
        <Table caption="Deliveries" columns={COLUMNS} className="directory">
          {rows.map((row) => (
            <Row key={row.id} row={row} replay={replay} />
          ))}
        </Table>
      )}
    </Part>
  )
}

function Row({ row, replay }: { row: LoggedRow; replay: Props['replay'] }) {
  const { state, status, failure } = row
  return (
    <tr>
      <Cell label="When">
        <Moment at={row.made} />
      </Cell>
      <Cell label="What">{row.says}</Cell>
      <Cell label="State">
        <Badge tone={TONES[state]} plain>
          {DELIVERY_STATES[state]}
        </Badge>
      </Cell>
      <Cell label="Attempts" number>
        {row.attempts}
      </Cell>
      <Cell label="Answer">
        {[status, failure && DELIVERY_FAILURES[failure]].filter((part) => part !== null).join('. ') || 'none'}
      </Cell>
      <Cell label="Next try">{state === 'waiting' ? <Moment at={row.nextTry} /> : 'none'}</Cell>
      <Cell>
        {replay && state !== 'waiting' ? (
          <ActDialog
            verb="Replay"
            title="Send this again"
            working="Sending"
            small
            action={replay}
            fields={{ deliveryId: row.id }}
            said="On its way again."
          >
            <p>{row.says}</p>
            <p className="muted">It has the same id as before, so a receiver that took it knows it.</p>
          </ActDialog>
        ) : null}
      </Cell>
    </tr>
  )
}
