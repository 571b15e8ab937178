'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { AddWebhook, addWebhook } from '@/lib/usecases/webhooks/add-webhook'
import { RemoveWebhook, removeWebhook } from '@/lib/usecases/webhooks/remove-webhook'
import { ReplayDelivery, replayDelivery } from '@/lib/usecases/webhooks/replay-delivery'
import { ResumeWebhook, resumeWebhook } from '@/lib/usecases/webhooks/resume-webhook'
import { TestWebhook, testWebhook } from '@/lib/usecases/webhooks/test-webhook'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/settings', 'layout')

export const addWebhookAction = action(AddWebhook, addWebhook, refreshed)
export const testWebhookAction = action(TestWebhook, testWebhook, refreshed)
export const resumeWebhookAction = action(ResumeWebhook, resumeWebhook, refreshed)
export const replayDeliveryAction = action(ReplayDelivery, replayDelivery, refreshed)
export const removeWebhookAction = action(RemoveWebhook, removeWebhook, () => redirect('/settings'))
