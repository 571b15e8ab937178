'use server'

import { revalidatePath } from 'next/cache'
import { ProposeServer, proposeServer } from '@/lib/usecases/servers/propose-server'
import { TryToken, tryToken } from '@/lib/usecases/servers/try-token'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const proposeServerAction = action(ProposeServer, proposeServer, refreshed)
// It changes nothing on any page.
export const tryTokenAction = action(TryToken, tryToken)
