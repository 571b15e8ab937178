import { networkOf } from './caller-address'

/**
 * How many attempts count before they are refused unread, and for how long. A window ends by itself: attempts that are
 * refused do not make it longer. A browser that signed in before is counted apart, so that whoever guesses at an
 * account from elsewhere cannot keep its owner out; all such browsers of an account together have a limit as well.
 */
export const LIMITS = {
  account: { attempts: 10, seconds: 900 },
  browser: { attempts: 10, seconds: 900 },
  browsers: { attempts: 100, seconds: 900 },
  address: { attempts: 50, seconds: 900 },
  code: { attempts: 5, seconds: 900 },
  mail: { attempts: 3, seconds: 3600 },
  mail_address: { attempts: 20, seconds: 3600 },
  stranger: { attempts: 600, seconds: 900 },
} as const satisfies Record<string, { attempts: number; seconds: number }>

export type Limit = keyof typeof LIMITS

/** What is counted: a limit, and for whom or where. */
export type Counted = { limit: Limit; of: string }

/** What a browser keeps that an account signed in from: worth something while the password is the one of then. */
export type Mark = { browser: string; passwordChanged: number }

export type Origin = {
  email: string
  from?: { address?: string; peer?: string }
  browser?: string | undefined
}

// What our own proxies say, when there are any, and else who opened the connection.
function networkFrom({ from }: Origin): string | null {
  const address = from?.address ?? from?.peer
  return address ? networkOf(address) : null
}

/** What an attempt with a password is counted under. */
export function countedFor(origin: Origin): Counted[] {
  const { email, browser } = origin
  if (browser)
    return [
      { limit: 'browser', of: `${browser} ${email}` },
      { limit: 'browsers', of: email },
    ]
  const network = networkFrom(origin)
  return [{ limit: 'account', of: email }, ...(network ? [{ limit: 'address', of: network } as const] : [])]
}

/** What asking for a mail is counted under. */
export function countedForMail(origin: Origin): Counted[] {
  const network = networkFrom(origin)
  return [
    { limit: 'mail', of: origin.email },
    ...(network ? [{ limit: 'mail_address', of: network } as const] : []),
  ]
}

/** Where people come who are not signed in: with a password, or asking for a link to choose one. */
export type Door = 'password' | 'reset'

/** What attempts at addresses that are nobody's are counted under, all of them together. */
export const countedForStrangers = (door: Door): Counted => ({ limit: 'stranger', of: door })
