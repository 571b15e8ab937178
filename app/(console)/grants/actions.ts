'use server'

import { revalidatePath } from 'next/cache'
import { RevokeGrant, revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { RevokeGrants, revokeGrants } from '@/lib/usecases/grants/revoke-grants'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const revokeGrantAction = action(RevokeGrant, revokeGrant, refreshed)
export const revokeGrantsAction = action(RevokeGrants, revokeGrants, refreshed)
