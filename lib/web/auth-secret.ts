import { cookies } from 'next/headers'
import { decode, encode, type JWT } from 'next-auth/jwt'
import { type SubkeyPurpose, subkey, subkeys } from '@/lib/credentials/subkey'
import { settings } from '@/lib/usecases/facts/settings'
import { authCookies } from './auth-cookies'

type Purpose = Extract<SubkeyPurpose, 'next-auth' | 'console'>

/** What cookies are sealed with: next-auth's, unless it is another purpose. */
export const authSecret = (purpose: Purpose = 'next-auth'): string =>
  subkey(settings().secret, purpose).toString('base64url')

const authSecrets = (purpose: Purpose) =>
  subkeys(settings().secret, purpose).map((key) => key.toString('base64url'))

const YEARS_10 = 10 * 365 * 24 * 60 * 60

/**
 * Seals which sign-in a cookie carries, for longer than any lasts: its row says when it ends, by the database's clock,
 * and a process whose own clock is wrong ends none.
 */
export const sealSignIn = (token: JWT): Promise<string> =>
  encode({ token, secret: authSecret(), maxAge: YEARS_10 })

/** What a cookie holds and which secret opened it, or null: while the secret changes, any of them may have sealed it. */
async function open(token: string, { purpose, salt }: { purpose: Purpose; salt: string }) {
  for (const secret of authSecrets(purpose)) {
    const held = await decode({ token, secret, salt }).catch(() => null)
    if (held) return { held, secret }
  }
  return null
}

/** What a cookie holds, or null when none of our secrets sealed it or its time is over. */
export const openCookie = async (token: string, purpose: Purpose = 'next-auth'): Promise<JWT | null> =>
  (await open(token, { purpose, salt: '' }))?.held ?? null

/** The secret that sealed what this browser brings back from the provider. Without such a cookie it is the one in use. */
export async function secretOfReturn(): Promise<string> {
  const { name } = authCookies().state
  const token = (await cookies()).get(name)?.value
  const opened = token ? await open(token, { purpose: 'next-auth', salt: name }) : null
  return opened?.secret ?? authSecret()
}
