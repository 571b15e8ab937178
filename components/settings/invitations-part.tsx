import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { type InviteAction, InvitePerson, SendAgain } from './invite-person'

export type ShownInvitation = { name: string; email: string; created: Date; expires: Date; isOver: boolean }

type Props = { invitations: readonly ShownInvitation[]; invite: InviteAction }

const COLUMNS = [
  { label: 'Person' },
  { label: 'E-mail' },
  { label: 'Sent' },
  { label: 'Works until' },
  { label: 'Send', hidden: true },
]

/** Who was invited by mail and has not joined yet. */
export function InvitationsPart({ invitations, invite }: Props) {
  return (
    <Part title="Invitations" aside={<InvitePerson action={invite} />}>
      {invitations.length === 0 ? (
        <Empty title="Nobody is invited.">Whoever joined is among the people.</Empty>
      ) : (
        <Table caption="Invitations" columns={COLUMNS} className="directory">
          {invitations.map(({ name, email, created, expires, isOver }) => (
            <tr key={email}>
              <Cell>{name}</Cell>
              <Cell label="E-mail">
                <span className="break">{email}</span>
              </Cell>
              <Cell label="Sent">
                <Moment at={created} />
              </Cell>
              <Cell label="Works until">
                {isOver ? (
                  <Badge tone="neutral" plain>
                    Run out
                  </Badge>
                ) : (
                  <Moment at={expires} />
                )}
              </Cell>
              <Cell>
                <SendAgain name={name} email={email} action={invite} />
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}
