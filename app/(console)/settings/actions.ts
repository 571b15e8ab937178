'use server'

import { revalidatePath } from 'next/cache'
import { EndDeputy, endDeputy } from '@/lib/usecases/deputies/end-deputy'
import { NameDeputy, nameDeputy } from '@/lib/usecases/deputies/name-deputy'
import { ChooseNotices, chooseNotices } from '@/lib/usecases/notices/choose-notices'
import { ChangePassword, changePassword } from '@/lib/usecases/passwords/change-password'
import { InvitePerson, invitePerson } from '@/lib/usecases/passwords/invite-person'
import { WithdrawInvitation, withdrawInvitation } from '@/lib/usecases/passwords/withdraw-invitation'
import { DisablePerson, disablePerson } from '@/lib/usecases/people/disable-person'
import { EndSignIn, endSignIn } from '@/lib/usecases/people/end-sign-in'
import { EndSignIns, endSignIns } from '@/lib/usecases/people/end-sign-ins'
import { RemoveFromGroup, removeFromGroup } from '@/lib/usecases/people/remove-from-group'
import { ActivateProposal, activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { ProposeRuleChange, proposeRuleChange } from '@/lib/usecases/proposals/propose-rule-change'
import { RejectProposal, rejectProposal } from '@/lib/usecases/proposals/reject-proposal'
import { WithdrawProposal, withdrawProposal } from '@/lib/usecases/proposals/withdraw-proposal'
import { action } from '@/lib/web/action'
import { rememberBrowser } from '@/lib/web/known-browser'

const refreshed = () => revalidatePath('/', 'layout')

export const endSignInAction = action(EndSignIn, endSignIn, refreshed)
export const endSignInsAction = action(EndSignIns, endSignIns, refreshed)
export const nameDeputyAction = action(NameDeputy, nameDeputy, refreshed)
export const endDeputyAction = action(EndDeputy, endDeputy, refreshed)
export const disablePersonAction = action(DisablePerson, disablePerson, refreshed)
export const removeFromGroupAction = action(RemoveFromGroup, removeFromGroup, refreshed)
export const proposeRuleChangeAction = action(ProposeRuleChange, proposeRuleChange, refreshed)
export const activateProposalAction = action(ActivateProposal, activateProposal, refreshed)
export const rejectProposalAction = action(RejectProposal, rejectProposal, refreshed)
export const withdrawProposalAction = action(WithdrawProposal, withdrawProposal, refreshed)
export const changePasswordAction = action(ChangePassword, changePassword, async ({ email, changed }) => {
  await rememberBrowser(email, changed)
  refreshed()
})
export const invitePersonAction = action(InvitePerson, invitePerson, refreshed)
export const withdrawInvitationAction = action(WithdrawInvitation, withdrawInvitation, refreshed)
export const chooseNoticesAction = action(ChooseNotices, chooseNotices, refreshed)
