import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { ROLES, type Role } from '@/lib/domain/access'
import { BeforeAfter } from './before-after'
import { Propose, type Proposing } from './propose'

const MEANS = {
  requester: 'Files task requests and hands mandates to agents.',
  approver: 'Countersigns for the groups they sit in.',
  auditor: 'Reads everything of the tenant and changes nothing.',
  administrator: 'Changes agents, people and rules. Approves nothing by it.',
} as const satisfies Record<Role, string>

/** What a change of this role would do, or why it cannot be. */
export type RoleChange = {
  role: Role
  isHeld: boolean
  before: string
  after: string
  problem: string | null
}

type Props = {
  person: { id: string; name: string }
  changes: readonly RoleChange[]
  /** What waits for their groups, and whether somebody else can sign it. */
  waiting: readonly string[]
  proposing: Proposing | null
}

const COLUMNS = [{ label: 'Role' }, { label: 'What it may' }, { label: 'Held' }]
const CHANGE = { label: 'Change', hidden: true }

export function PersonRoles({ person, changes, waiting, proposing }: Props) {
  return (
    <Part title="Roles" className="stack">
      <Table caption="Roles" columns={proposing ? [...COLUMNS, CHANGE] : COLUMNS} className="directory">
        {changes.map((change) => (
          <tr key={change.role}>
            <Cell label="Role">{ROLES[change.role]}</Cell>
            <Cell label="What it may">{MEANS[change.role]}</Cell>
            <Cell label="Held">{change.isHeld ? 'yes' : 'no'}</Cell>
            {proposing ? (
              <Cell>
                {change.problem ? (
                  <span className="note">{change.problem}</span>
                ) : (
                  <ChangeRole person={person} waiting={waiting} change={change} proposing={proposing} />
                )}
              </Cell>
            ) : null}
          </tr>
        ))}
      </Table>
    </Part>
  )
}

type Change = Pick<Props, 'person' | 'waiting'> & { change: RoleChange; proposing: Proposing }

function ChangeRole({ person, waiting, change: { role, isHeld, before, after }, proposing }: Change) {
  const fields = { kind: isHeld ? 'role.take' : 'role.give', personId: person.id, role }
  return (
    <Propose
      {...proposing}
      verb={isHeld ? 'Take role' : 'Give role'}
      variant={isHeld ? 'danger' : undefined}
      title={isHeld ? `Take ${ROLES[role]} from ${person.name}` : `Give ${ROLES[role]} to ${person.name}`}
      fields={fields}
      said={`Roles of ${person.name} changed.`}
    >
      <BeforeAfter before={before} after={after} />
      {isHeld && role === 'approver' ? (
        <>
          <p>They also leave every group, and what they signed there on waiting requests counts no more.</p>
          {waiting.map((says) => (
            <p key={says}>{says}</p>
          ))}
        </>
      ) : null}
    </Propose>
  )
}
