import { InvitationsPart } from '@/components/settings/invitations-part'
import { listInvitations } from '@/lib/data/links'
import { type Actor, may } from '@/lib/domain/access'
import { settings } from '@/lib/usecases/facts/settings'
import { pageNow } from '@/lib/web/session'
import { invitePersonAction, withdrawInvitationAction } from './actions'

/** Invitations that wait, for who may send them. */
export async function Invitations({ actor }: { actor: Actor }) {
  if (!settings().passwords || !may(actor, 'people.change')) return null
  const [invitations, now] = await Promise.all([listInvitations(actor.tenantId), pageNow()])
  return (
    <InvitationsPart
      invitations={invitations.map((one) => ({ ...one, isOver: one.expires <= now }))}
      invite={invitePersonAction}
      withdraw={withdrawInvitationAction}
    />
  )
}
