'use server'

import { revalidatePath } from 'next/cache'
import { AddPasskey, addPasskey } from '@/lib/usecases/passkeys/add-passkey'
import { BeginPasskey, beginPasskey } from '@/lib/usecases/passkeys/begin-passkey'
import { BeginRemoval, beginRemoval } from '@/lib/usecases/passkeys/begin-removal'
import { RemovePasskey, removePasskey } from '@/lib/usecases/passkeys/remove-passkey'
import { RenamePasskey, renamePasskey } from '@/lib/usecases/passkeys/rename-passkey'
import { action } from '@/lib/web/action'

const refreshed = () => revalidatePath('/', 'layout')

export const beginPasskeyAction = action(BeginPasskey, beginPasskey)
export const addPasskeyAction = action(AddPasskey, addPasskey, refreshed)
export const renamePasskeyAction = action(RenamePasskey, renamePasskey, refreshed)
export const beginRemovalAction = action(BeginRemoval, beginRemoval)
export const removePasskeyAction = action(RemovePasskey, removePasskey, refreshed)
