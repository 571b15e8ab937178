import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { databaseNow } from '@/lib/data/clock'
import { type Ability, type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { Lack } from '@/lib/domain/second-factor'
import { currentReference } from '@/lib/serve/reference'
import { findLiveSignIn } from '@/lib/usecases/facts/live-sign-in'
import { settings } from '@/lib/usecases/facts/settings'
import { keepSignIn } from '@/lib/usecases/people/keep-sign-in'
import { isDirectLoopback } from './demo-guard'
import { keepToOwnName } from './own-address'
import { signInOfCookie } from './sign-in-token'
import { unattendedName } from './unattended'

/** The sign-in of this request's cookie, if it still works. Asked of the database once a request. */
const findSignIn = cache(async () => {
  const all = await headers()
  if (settings().demo && !isDirectLoopback((name) => all.get(name), settings().consoleUrl)) return null
  const signInId = await signInOfCookie()
  return signInId && findLiveSignIn(signInId)
})

/**
 * The sign-in in use and what it lacks, or null. The request counts as use, unless the page asked for itself with
 * nobody before it.
 */
export const currentSignIn = cache(async (): Promise<{ actor: Actor; lacks: Lack | null } | null> => {
  const found = await findSignIn()
  if (!found) return null
  const { actor, lacks, ...at } = found
  const unattended = unattendedName(settings().consoleUrl.startsWith('https://'))
  // A database that takes no writes now leaves the idle end where it is: nothing lives longer for it.
  if (!(await cookies()).has(unattended)) await keepSignIn(actor.signInId, at).catch(() => {})
  return { actor, lacks }
})

// Without a role a sign-in is nobody yet, for pages and for every act.
const somebody = (found: { actor: Actor } | null): Actor | null =>
  found && found.actor.roles.length > 0 ? found.actor : null

/** Who is signed in, or null. */
export const currentActor = async (): Promise<Actor | null> => somebody(await currentSignIn())

/** For what pages ask by themselves, while somebody looks at them or not: it is no use of the sign-in. */
export async function watcher(): Promise<{ actor: Actor; now: Date } | null> {
  const found = await findSignIn()
  const actor = somebody(found)
  return found && actor && { actor, now: found.now }
}

/** The database's time by which this page is drawn, the same in all its parts: when its sign-in was looked at. */
export const pageNow = async (): Promise<Date> => (await findSignIn())?.now ?? databaseNow()

/** For pages: the signed-in person, or off to sign in and back. What they may not see does not exist. */
export async function requireActor(ability: Ability, here = '/'): Promise<Actor> {
  const signIn = await currentSignIn()
  if (!signIn) {
    await keepToOwnName(here)
    redirect(`/sign-in?to=${encodeURIComponent(here)}`)
  }
  const { actor, lacks } = signIn
  if (may(actor, ability)) return actor
  if (lacks) redirect(`/second-factor?to=${encodeURIComponent(here)}`)
  notFound()
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
