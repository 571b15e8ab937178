'use server'

import { revalidatePath } from 'next/cache'
import { EndSigningKey, endSigningKey } from '@/lib/usecases/keys/end-signing-key'
import { RotateSigningKey, rotateSigningKey } from '@/lib/usecases/keys/rotate-signing-key'
import { ProposeTrust, proposeTrust } from '@/lib/usecases/trust/propose-trust'
import { RefreshIssuer, refreshIssuer } from '@/lib/usecases/trust/refresh-issuer'
import { RefreshTrust, refreshTrust } from '@/lib/usecases/trust/refresh-trust'
import { RemoveTrust, removeTrust } from '@/lib/usecases/trust/remove-trust'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const proposeTrustAction = action(ProposeTrust, proposeTrust, refreshed)
export const refreshTrustAction = action(RefreshTrust, refreshTrust, refreshed)
export const refreshIssuerAction = action(RefreshIssuer, refreshIssuer, refreshed)
export const removeTrustAction = action(RemoveTrust, removeTrust, refreshed)
export const rotateSigningKeyAction = action(RotateSigningKey, rotateSigningKey, refreshed)
export const endSigningKeyAction = action(EndSigningKey, endSigningKey, refreshed)
