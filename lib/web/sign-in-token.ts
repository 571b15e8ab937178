import { createHash } from 'node:crypto'
import { cookies } from 'next/headers'
import { z } from 'zod'
import { BoundedMap } from '@/lib/domain/bounded-map'
import { SignInId } from '@/lib/domain/ids'
import { authCookies } from './auth-cookies'
import { openCookie } from './auth-secret'
import { logOutput } from './log'

const Token = z.object({ signInId: SignInId })

// A cookie says which sign-in it is and nothing else, and always the same: whether that still works is asked of the
// database each time. Kept by hash, so that no cookie lies in this process for longer than its request.
const MOST_KEPT = 1000
const kept = new BoundedMap<string, SignInId>(MOST_KEPT)

const hashOf = (cookie: string) => createHash('sha256').update(cookie).digest('base64url')

async function open(cookie: string): Promise<SignInId | null> {
  // A cookie that somebody made up is no fault of ours: one line, without what was sent.
  const token = await openCookie(cookie)
  if (token === null) logOutput('next-auth: JWT_SESSION_ERROR')
  return Token.safeParse(token).data?.signInId ?? null
}

/** Which sign-in this request's cookie names, if it was sealed here. Whether that still works is the database's to say. */
export async function signInOfCookie(): Promise<SignInId | null> {
  const cookie = (await cookies()).get(authCookies().sessionToken.name)?.value
  if (!cookie) return null
  const hash = hashOf(cookie)
  const before = kept.get(hash)
  if (before) return before
  const opened = await open(cookie)
  if (!opened) return null
  kept.set(hash, opened)
  return opened
}
