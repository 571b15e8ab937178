import { ActDialog } from '@/components/ui/act-dialog'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import type { FormAction } from '@/components/ui/use-act'
import { BeforeAfter } from './before-after'
import { Propose, type Proposing } from './propose'
import { leavingWords } from './words'

/** A group as it stands to one person: their seat, or what sitting there would change. */
export type GroupChange = {
  group: { id: string; slug: string; name: string }
  seat: { added: Date; isSelfGiven: boolean } | null
  /** Without them. */
  waiting: { waiting: number; stuck: number }
  before: string
  after: string
  problem: string | null
}

type Props = {
  person: { id: string; name: string }
  changes: readonly GroupChange[]
  proposing: Proposing | null
  remove: FormAction<unknown>
}

const COLUMNS = [{ label: 'Group' }, { label: 'Stage' }, { label: 'Seat' }]
const CHANGE = { label: 'Change', hidden: true }

/** Taking a seat away waits for nobody; giving one is a proposal. */
export function PersonGroups({ person, changes, proposing, remove }: Props) {
  return (
    <Part title="Groups" className="stack">
      <Table caption="Groups" columns={proposing ? [...COLUMNS, CHANGE] : COLUMNS} className="directory">
        {changes.map((change) => (
          <tr key={change.group.id}>
            <Cell label="Group">{change.group.name}</Cell>
            <Cell label="Stage">
              <code>{change.group.slug}</code>
            </Cell>
            <Cell label="Seat">
              <Seat seat={change.seat} />
            </Cell>
            {proposing ? (
              <Cell>
                {change.seat ? (
                  <Remove person={person} change={change} action={remove} />
                ) : (
                  <Add person={person} change={change} proposing={proposing} />
                )}
              </Cell>
            ) : null}
          </tr>
        ))}
      </Table>
    </Part>
  )
}

function Seat({ seat }: { seat: GroupChange['seat'] }) {
  if (!seat) return 'no'
  return (
    <>
      since <Moment at={seat.added} />
      {seat.isSelfGiven ? <p className="note">They gave it to themselves, so it does not count.</p> : null}
    </>
  )
}

type Change = { person: Props['person']; change: GroupChange }

function Add({ person, change, proposing }: Change & { proposing: Proposing }) {
  if (change.problem) return <span className="note">{change.problem}</span>
  return (
    <Propose
      {...proposing}
      verb="Add"
      title={`Add ${person.name} to ${change.group.name}`}
      fields={{ kind: 'group.join', personId: person.id, groupId: change.group.id }}
      said={`${person.name} sits in ${change.group.name}.`}
    >
      <BeforeAfter before={change.before} after={change.after} />
    </Propose>
  )
}

function Remove({ person, change, action }: Change & { action: FormAction<unknown> }) {
  return (
    <ActDialog
      verb="Remove"
      title={`Remove ${person.name} from ${change.group.name}`}
      working="Removing"
      variant="danger"
      small
      action={action}
      fields={{ personId: person.id, groupId: change.group.id }}
      said={`${person.name} removed from ${change.group.name}.`}
    >
      <p>
        This takes effect at once. What they signed for {change.group.name} on waiting requests counts no
        more.
      </p>
      <p>{leavingWords(change.group.name, change.waiting)}</p>
    </ActDialog>
  )
}
