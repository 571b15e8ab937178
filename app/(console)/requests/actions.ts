'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { SubmitRequest } from '@/lib/domain/request'
import { CompleteGrant, completeGrant } from '@/lib/usecases/grants/complete-grant'
import { IssueMandate, issueMandate } from '@/lib/usecases/grants/issue-mandate'
import { RevokeGrant, revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { CommentRequest, commentRequest } from '@/lib/usecases/requests/comment-request'
import { ConfirmRequest, confirmRequest } from '@/lib/usecases/requests/confirm-request'
import { DeclineRequest, declineRequest } from '@/lib/usecases/requests/decline-request'
import { EditRequest, editRequest } from '@/lib/usecases/requests/edit-request'
import { PreviewRequest, previewRequest } from '@/lib/usecases/requests/preview-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { WithdrawRequest, withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const previewAction = action(PreviewRequest, (actor, _, input) => previewRequest(actor, input))
export const submitRequestAction = action(SubmitRequest, submitRequest, ({ id }) =>
  redirect(`/requests/${id}`),
)
export const editRequestAction = action(EditRequest, editRequest, ({ id }) => redirect(`/requests/${id}`))
export const confirmRequestAction = action(ConfirmRequest, confirmRequest, refreshed)
export const declineRequestAction = action(DeclineRequest, declineRequest, refreshed)
export const commentRequestAction = action(CommentRequest, commentRequest, refreshed)
export const withdrawRequestAction = action(WithdrawRequest, withdrawRequest, refreshed)
export const issueMandateAction = action(IssueMandate, issueMandate, refreshed)
export const completeGrantAction = action(CompleteGrant, completeGrant, refreshed)
export const revokeGrantAction = action(RevokeGrant, revokeGrant, refreshed)
