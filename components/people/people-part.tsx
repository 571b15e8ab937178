import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Ago } from '@/components/ui/time'
import { ROLES, type Role } from '@/lib/domain/access'
import { AddGroup, RenameGroup } from './group-dialogs'
import { NestGroup, UnnestGroup } from './nest-dialogs'
import { PersonState } from './person-state'
import type { Proposing } from './propose'
import { waitingWords } from './words'

type Person = {
  id: string
  name: string
  disabled: Date | null
  roles: readonly Role[]
  lastSignIn: Date | null
}

export type ShownGroup = {
  id: string
  slug: string
  name: string
  members: readonly { personId: string; name: string; through: string | null }[]
  holds: readonly { id: string; name: string }[]
  waiting: { waiting: number; stuck: number }
}

type Props = {
  people: readonly Person[]
  groups: readonly ShownGroup[]
  now: Date
  /** Not for those who only read. */
  proposing: Proposing | null
}

const PEOPLE = [
  { label: 'Person' },
  { label: 'Roles' },
  { label: 'Groups' },
  { label: 'State' },
  { label: 'Last sign-in' },
]

/** Who may do what: people with their roles, groups with their members. */
export function PeoplePart({ people, groups, now, proposing }: Props) {
  return (
    <Part
      title="People and groups"
      className="stack"
      aside={proposing ? <AddGroup {...proposing} /> : undefined}
    >
      <p className="muted">
        A group signs the stage of its name. Roles and groups change by proposal: a second administrator
        activates it.
      </p>
      <Table caption="People" columns={PEOPLE} className="directory">
        {people.map((person) => (
          <tr key={person.id}>
            <Cell>
              <Link href={`/settings/people/${person.id}`}>{person.name}</Link>
            </Cell>
            <Cell label="Roles">{person.roles.map((role) => ROLES[role]).join(', ')}</Cell>
            <Cell label="Groups">{groupsOf(person, groups) || 'none'}</Cell>
            <Cell label="State">
              <PersonState disabled={person.disabled} />
            </Cell>
            <Cell label="Last sign-in">
              {person.lastSignIn ? <Ago at={person.lastSignIn} now={now} /> : 'never'}
            </Cell>
          </tr>
        ))}
      </Table>
      <Groups groups={groups} proposing={proposing} />
    </Part>
  )
}

const GROUPS = [{ label: 'Group' }, { label: 'Stage' }, { label: 'Members' }, { label: 'Waiting for it' }]
const CHANGE = { label: 'Change', hidden: true }

function Groups({ groups, proposing }: Pick<Props, 'groups' | 'proposing'>) {
  return (
    <Table caption="Groups" columns={proposing ? [...GROUPS, CHANGE] : GROUPS} className="directory">
      {groups.map((group) => (
        <tr key={group.id}>
          <Cell>{group.name}</Cell>
          <Cell label="Stage">
            <code>{group.slug}</code>
          </Cell>
          <Cell label="Members">
            <Members group={group} />
          </Cell>
          <Cell label="Waiting for it">{waitingWords(group.waiting)}</Cell>
          {proposing ? (
            <Cell>
              <div className="row">
                <RenameGroup group={group} {...proposing} />
                <NestGroup group={group} groups={groups} {...proposing} />
                {group.holds.map((inner) => (
                  <UnnestGroup key={inner.id} group={group} inner={inner} {...proposing} />
                ))}
              </div>
            </Cell>
          ) : null}
        </tr>
      ))}
    </Table>
  )
}

/** Who sits in a group, and the groups it holds with who that brings. */
function Members({ group: { members, holds } }: { group: ShownGroup }) {
  const own = members.filter(({ through }) => through === null).map(({ name }) => name)
  const brought = members.filter(({ through }) => through !== null)
  if (members.length === 0 && holds.length === 0) return 'nobody, so the stage cannot be signed'
  return (
    <>
      {own.join(', ')}
      {holds.length > 0 ? (
        <p className="note">
          Holds {holds.map(({ name }) => name).join(', ')}
          {brought.length > 0
            ? `: ${brought.map(({ name, through }) => `${name} (${through})`).join(', ')}`
            : ', which brings nobody'}
        </p>
      ) : null}
    </>
  )
}

const groupsOf = (person: Person, groups: readonly ShownGroup[]) =>
  groups
    .filter(({ members }) => members.some(({ personId }) => personId === person.id))
    .map(({ name }) => name)
    .join(', ')
