'use server'

import { revalidatePath } from 'next/cache'
import { ProposeTrust, proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { RemoveTrust, removeTrust } from '@/lib/usecases/trust/remove-trust'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const proposeTrustAction = action(ProposeTrust, proposeTrust, refreshed)
export const removeTrustAction = action(RemoveTrust, removeTrust, refreshed)
