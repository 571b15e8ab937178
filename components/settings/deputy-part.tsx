import { ActDialog } from '@/components/ui/act-dialog'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import type { FormAction } from '@/components/ui/use-act'
import { NameDeputy } from './name-deputy'

/** One deputyship of the person who looks, from either side. */
export type ShownDeputy = {
  id: string
  groupName: string
  personName: string
  deputyName: string
  from: Date
  until: Date
  isMine: boolean
  isRunning: boolean
}

type Props = {
  deputies: readonly ShownDeputy[]
  /** A group and somebody in it: "second approver, Security". */
  options: readonly { value: string; label: string }[]
  today: string
  actions: { name: FormAction<unknown>; end: FormAction<unknown> }
}

const COLUMNS = [
  { label: 'Group' },
  { label: 'Signs' },
  { label: 'For' },
  { label: 'From' },
  { label: 'Until' },
  { label: 'Change', hidden: true },
]

/** Who signs for me while I am away, and for whom I sign. */
export function DeputyPart({ deputies, options, today, actions }: Props) {
  return (
    <Part title="Deputy" className="stack">
      <p className="muted">
        A deputy signs for you in the stage of one group, on the days you say. Both names stand in the
        signature. One person fills one place of a stage, so a deputy does not sign it for themselves as well.
      </p>
      {deputies.length > 0 ? <Deputies deputies={deputies} end={actions.end} /> : null}
      {options.length > 0 ? (
        <NameDeputy options={options} today={today} action={actions.name} />
      ) : (
        <p className="note">Nobody else is in a group of yours, so there is nobody to name.</p>
      )}
    </Part>
  )
}

function Deputies({ deputies, end }: { deputies: Props['deputies']; end: FormAction<unknown> }) {
  return (
    <Table caption="Deputies" columns={COLUMNS} className="directory">
      {deputies.map((one) => (
        <tr key={one.id}>
          <Cell label="Group">{one.groupName}</Cell>
          <Cell label="Signs">{one.deputyName}</Cell>
          <Cell label="For">{one.personName}</Cell>
          <Cell label="From">
            <Moment at={one.from} />
          </Cell>
          <Cell label="Until">
            <Moment at={one.until} />
            {one.isRunning ? <p className="note">Now</p> : null}
          </Cell>
          <Cell>
            {one.isMine ? (
              <ActDialog
                verb="End early"
                title={`End ${one.deputyName} as your deputy`}
                working="Ending"
                variant="danger"
                small
                action={end}
                fields={{ deputyshipId: one.id }}
                said={`${one.deputyName} no longer signs for you.`}
              >
                <p>This takes effect at once. What they signed until now stays signed.</p>
              </ActDialog>
            ) : null}
          </Cell>
        </tr>
      ))}
    </Table>
  )
}
