'use server'

import { revalidatePath } from 'next/cache'
import { ApproveRequest, approveRequest } from '@/lib/usecases/approvals/approve-request'
import { DenyRequest, denyRequest } from '@/lib/usecases/approvals/deny-request'
import { PrepareSigning, prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { PreviewNarrowing, previewNarrowing } from '@/lib/usecases/approvals/preview-narrowing'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const prepareSigningAction = action(PrepareSigning, prepareSigning)
export const previewNarrowingAction = action(PreviewNarrowing, (actor, _, input) =>
  previewNarrowing(actor, input),
)
export const approveRequestAction = action(ApproveRequest, approveRequest, refreshed)
export const denyRequestAction = action(DenyRequest, denyRequest, refreshed)
