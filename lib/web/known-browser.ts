import { cookies } from 'next/headers'
import { encode } from 'next-auth/jwt'
import { z } from 'zod'
import type { Mark } from '@/lib/domain/throttle'
import { hostCookie } from './auth-cookies'
import { authSecret, openCookie } from './auth-secret'

const DAYS_180 = 180 * 24 * 60 * 60

const Kept = z.object({ browser: z.uuid(), email: z.string(), passwordChanged: z.int() })

const cookie = () => hostCookie('countersign.browser', DAYS_180)

/**
 * A mark of this browser, when this account was the last to sign in from it. It lets nobody in: attempts from here are
 * counted apart from those of whoever guesses at the account from elsewhere.
 */
export async function knownBrowser(email: string): Promise<Mark | undefined> {
  const token = (await cookies()).get(cookie().name)?.value
  const kept = Kept.safeParse(token ? await openCookie(token, 'console') : null)
  return kept.success && kept.data.email === email ? kept.data : undefined
}

/** Marks this browser after a right password. The mark is void when another is chosen. */
export async function rememberBrowser(email: string, passwordChanged: Date): Promise<void> {
  const { name, options } = cookie()
  const token = { browser: crypto.randomUUID(), email, passwordChanged: passwordChanged.getTime() }
  const jar = await cookies()
  jar.set(name, await encode({ token, secret: authSecret('console'), maxAge: DAYS_180 }), options)
}
