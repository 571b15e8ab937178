'use server'

import { revalidatePath } from 'next/cache'
import { EndServerSecret, endServerSecret } from '@/lib/usecases/servers/end-server-secret'
import { ProposeServer, proposeServer } from '@/lib/usecases/servers/propose-server'
import { TryToken, tryToken } from '@/lib/usecases/servers/try-token'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const proposeServerAction = action(ProposeServer, proposeServer, refreshed)
export const endServerSecretAction = action(EndServerSecret, endServerSecret, refreshed)
// It changes nothing on any page.
export const tryTokenAction = action(TryToken, tryToken)
