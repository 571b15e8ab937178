import { Badge } from '@/components/ui/badge'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { ROLES, type Role } from '@/lib/domain/access'

type Person = {
  id: string
  name: string
  issuer: string
  subject: string
  disabled: Date | null
  roles: readonly Role[]
}
type Group = {
  id: string
  slug: string
  name: string
  members: readonly { personId: string; name: string }[]
}

const COLUMNS = [{ label: 'Person' }, { label: 'Roles' }, { label: 'Groups' }, { label: 'Identity' }]

/** Who may do what: people with their roles, groups with their members. */
export function PeoplePart({ people, groups }: { people: readonly Person[]; groups: readonly Group[] }) {
  return (
    <Part title="People and groups" className="stack">
      <p className="muted">
        A person is known by the identity their issuer gives them. A group signs the stage of its name.
      </p>
      <Table caption="People" columns={COLUMNS} className="directory">
        {people.map((person) => (
          <tr key={person.id}>
            <Cell>
              {person.name}{' '}
              {person.disabled ? (
                <Badge tone="bad" plain>
                  Disabled
                </Badge>
              ) : null}
            </Cell>
            <Cell label="Roles">{person.roles.map((role) => ROLES[role]).join(', ')}</Cell>
            <Cell label="Groups">{groupsOf(person, groups) || 'none'}</Cell>
            <Cell label="Identity">
              <code className="break">
                {person.issuer} {person.subject}
              </code>
            </Cell>
          </tr>
        ))}
      </Table>
      <Table
        caption="Groups"
        columns={[{ label: 'Group' }, { label: 'Stage' }, { label: 'Members' }]}
        className="directory"
      >
        {groups.map((group) => (
          <tr key={group.id}>
            <Cell>{group.name}</Cell>
            <Cell label="Stage">
              <code>{group.slug}</code>
            </Cell>
            <Cell label="Members">
              {group.members.map(({ name }) => name).join(', ') || 'nobody, so the stage cannot be signed'}
            </Cell>
          </tr>
        ))}
      </Table>
    </Part>
  )
}

const groupsOf = (person: Person, groups: readonly Group[]) =>
  groups
    .filter(({ members }) => members.some(({ personId }) => personId === person.id))
    .map(({ name }) => name)
    .join(', ')
