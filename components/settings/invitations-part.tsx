import { Badge } from '@/components/ui/badge'
import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import {
  type InviteAction,
  InvitePerson,
  SendAgain,
  type WithdrawAction,
  WithdrawInvitation,
} from './invite-person'

export type ShownInvitation = { name: string; email: string; created: Date; expires: Date; isOver: boolean }

type Props = {
  invitations: readonly ShownInvitation[]
  invite: InviteAction
  withdraw: WithdrawAction
}

const COLUMNS = [
  { label: 'Person' },
  { label: 'E-mail' },
  { label: 'Sent' },
  { label: 'Works until' },
  { label: 'Change', hidden: true },
]

/** Who was invited by mail and has not joined yet. */
export function InvitationsPart({ invitations, invite, withdraw }: Props) {
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
                <div className="row">
                  <SendAgain name={name} email={email} action={invite} />
                  <WithdrawInvitation email={email} action={withdraw} />
                </div>
              </Cell>
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}
