'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

export type InviteAction = FormAction<{ email: string; isSent: boolean }>
export type WithdrawAction = FormAction<{ email: string }>

const say = ({ email, isSent }: { email: string; isSent: boolean }) =>
  toast(
    isSent
      ? { title: `Invitation sent to ${email}.` }
      : {
          tone: 'bad',
          title: `The mail server did not take the mail to ${email}.`,
          text: 'The invitation is kept and can be sent again.',
        },
  )

/** Asks for a name and an address, and sends a link. */
export function InvitePerson({ action }: { action: InviteAction }) {
  return (
    <ActDialog
      verb="Invite a person"
      title="Invite a person"
      working="Sending"
      small
      action={action}
      onDone={say}
    >
      {(state) => (
        <>
          <p>They get a link by mail, choose a password and join as requester.</p>
          <Input label="Name" name="name" autoComplete="off" required error={errorOf(state, 'name')} />
          <Input
            label="E-mail"
            name="email"
            type="email"
            autoComplete="off"
            required
            error={errorOf(state, 'email')}
          />
        </>
      )}
    </ActDialog>
  )
}

/** Sends a new link in place of the last one. */
export function SendAgain({ name, email, action }: { name: string; email: string; action: InviteAction }) {
  return (
    <ActDialog
      verb="Send again"
      title={`Send the invitation to ${email} again`}
      working="Sending"
      small
      action={action}
      fields={{ name, email }}
      onDone={say}
    >
      <p>A new link is sent. The one in the last mail is void from then on.</p>
    </ActDialog>
  )
}

/** Makes the link in the mail worthless before somebody follows it. */
export function WithdrawInvitation({ email, action }: { email: string; action: WithdrawAction }) {
  return (
    <ActDialog
      verb="Withdraw"
      title={`Withdraw the invitation to ${email}`}
      working="Withdrawing"
      small
      variant="danger"
      action={action}
      fields={{ email }}
      onDone={() => toast({ title: `The invitation to ${email} is withdrawn.` })}
    >
      <p>The link in the mail works no more. You can invite them again.</p>
    </ActDialog>
  )
}
