import { headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { getServerSession } from 'next-auth'
import { cache } from 'react'
import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { findSignedIn } from '@/lib/data/people'
import { type Ability, type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { SignInId } from '@/lib/domain/ids'
import { currentReference } from '@/lib/serve/reference'
import { settings } from '@/lib/usecases/facts/settings'
import { keepSignIn } from '@/lib/usecases/people/keep-sign-in'
import { authOptions } from './auth-options'
import { isDirectLoopback } from './demo-guard'
import { keepToOwnName } from './own-address'

const SessionToken = z.object({ signInId: SignInId })

/** Who is signed in, or null. Asked of the database once a request, and the request counts as use. */
export const currentActor = cache(async (): Promise<Actor | null> => {
  const all = await headers()
  if (settings().demo && !isDirectLoopback((name) => all.get(name), settings().consoleUrl)) return null
  const token = SessionToken.safeParse(await getServerSession(authOptions()))
  if (!token.success) return null
  const now = await databaseNow()
  const signedIn = await findSignedIn(token.data.signInId, now)
  if (!signedIn) return null
  const { actor, idleEnds } = signedIn
  // A database that takes no writes now leaves the idle end where it is: nothing lives longer for it.
  await keepSignIn(actor.signInId, { idleEnds, now }).catch(() => {})
  return actor
})

/** For pages: the signed-in person, or off to sign in and back. What they may not see does not exist. */
export async function requireActor(ability: Ability, here = '/'): Promise<Actor> {
  const actor = await currentActor()
  if (!actor) {
    await keepToOwnName(here)
    redirect(`/sign-in?to=${encodeURIComponent(here)}`)
  }
  if (!may(actor, ability)) notFound()
  return actor
}

/** What every event of this request says of who acted and from where. */
export const actOf = (actor: Actor): Act => ({
  via: 'console',
  humanId: actor.personId,
  signInId: actor.signInId,
  ...referenceOfThis(),
})

const referenceOfThis = () => {
  const reference = currentReference()
  return reference ? { reference } : {}
}
