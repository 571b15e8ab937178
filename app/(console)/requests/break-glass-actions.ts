'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { SubmitRequest } from '@/lib/domain/request'
import { prepareBreakGlass } from '@/lib/usecases/break-glass/prepare-break-glass'
import { PrepareReview, prepareReview } from '@/lib/usecases/break-glass/prepare-review'
import { SignReview, signReview } from '@/lib/usecases/break-glass/sign-review'
import { SubmitBreakGlass, submitBreakGlass } from '@/lib/usecases/break-glass/submit-break-glass'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const prepareBreakGlassAction = action(SubmitRequest, prepareBreakGlass)
export const submitBreakGlassAction = action(SubmitBreakGlass, submitBreakGlass, ({ id }) =>
  redirect(`/requests/${id}`),
)
export const prepareReviewAction = action(PrepareReview, prepareReview)
export const signReviewAction = action(SignReview, signReview, refreshed)
