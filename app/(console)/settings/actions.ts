'use server'

import { revalidatePath } from 'next/cache'
import { EndSignIn, endSignIn } from '@/lib/usecases/people/end-sign-in'
import { action } from '@/lib/web/action'

export const endSignInAction = action(EndSignIn, endSignIn, () => revalidatePath('/', 'layout'))
