import { z } from 'zod'
import type { TrailEvent } from './events'
import type { PersonId, SignInId, TenantId } from './ids'

/** How somebody proved who they are, as the list of sign-ins says it. */
export const SIGN_IN_METHODS = {
  demo: 'Demo',
  oidc: 'Identity provider',
  password: 'Password',
} as const

export const SignInMethod = z.enum(['demo', 'oidc', 'password'])
export type SignInMethod = z.infer<typeof SignInMethod>

/**
 * Where a sign-in was made from. A browser says of itself what it likes. `address` is what our own proxies say; `peer`,
 * who opened the connection, is only counted by: without a proxy of ours nobody can say whether it is a person's own.
 */
export type SignInFrom = { address?: string; userAgent?: string; peer?: string }

export type SignInLife = { signInSeconds: number; signInIdleSeconds: number }

const after = (now: Date, seconds: number) => new Date(now.getTime() + seconds * 1000)

/** When a sign-in that is made now ends by itself: whatever happens, and when nobody uses it. */
export const endsOf = (now: Date, { signInSeconds, signInIdleSeconds }: SignInLife) => ({
  expires: after(now, signInSeconds),
  idleEnds: after(now, signInIdleSeconds),
})

const MOVED_EVERY_SECONDS = 60

/** Whether use now should move the idle end: at most once a minute, so that a busy page does not write all the time. */
export const isIdleEndDue = (idleEnds: Date, now: Date, { signInIdleSeconds }: SignInLife): boolean =>
  idleEnds <= after(now, signInIdleSeconds - MOVED_EVERY_SECONDS)

type Ending = { tenantId: TenantId; personId: PersonId; by: PersonId }

const ended = ({ tenantId, personId }: Ending) =>
  ({ type: 'sign_in.ended', outcome: 'done', tenantId, humanId: personId }) as const

/** A sign-in was ended before its time: whose, and by whom. */
export const endedEvent = (signIn: SignInId, ending: Ending): TrailEvent => ({
  ...ended(ending),
  data: { signIn, by: ending.by },
})

/** So many more were ended in the same moment than have an event of their own. */
export const endedRestEvent = (count: number, ending: Ending): TrailEvent => ({
  ...ended(ending),
  data: { count, by: ending.by },
})
