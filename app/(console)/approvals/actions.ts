'use server'

import { revalidatePath } from 'next/cache'
import { ApproveRequest, approveRequest } from '@/lib/usecases/approvals/approve-request'
import { DenyRequest, denyRequest } from '@/lib/usecases/approvals/deny-request'
import { PrepareSigning, prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { PrepareSignings, prepareSignings } from '@/lib/usecases/approvals/prepare-signings'
import { PreviewNarrowing, previewNarrowing } from '@/lib/usecases/approvals/preview-narrowing'
import { ChooseKeys, chooseKeys } from '@/lib/usecases/people/choose-keys'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const prepareSigningAction = action(PrepareSigning, prepareSigning)
export const previewNarrowingAction = action(PreviewNarrowing, (actor, _, input) =>
  previewNarrowing(actor, input),
)
export const approveRequestAction = action(ApproveRequest, approveRequest, refreshed)
export const denyRequestAction = action(DenyRequest, denyRequest, refreshed)

// One of several: the page is asked for again once, after the last.
export const prepareSigningsAction = action(PrepareSignings, prepareSignings)
export const approveOneAction = action(ApproveRequest, approveRequest)
export const denyOneAction = action(DenyRequest, denyRequest)

export const chooseKeysAction = action(ChooseKeys, chooseKeys)
