import { z } from 'zod'
import { CLEAN_LINE } from './clean-text'
import { isCommonPassword } from './common-passwords'

/** People who sign in with a password come from an issuer of their own: no other identity can ever be theirs. */
export const PASSWORD_ISSUER = 'urn:countersign:password'

const EMAIL = /^[^\s@<>"(),;:\\[\]]{1,64}@[^\s@<>"(),;:\\[\]]+\.[^\s@<>"(),;:\\[\].]+$/

/** An address to write to and to sign in with. Its spelling in upper or lower case makes no difference. */
export const Email = CLEAN_LINE.max(254, 'Keep the e-mail under 254 characters.')
  .refine((text) => EMAIL.test(text), 'Give an e-mail address, like name@example.org.')
  .transform((text) => text.toLowerCase())
export type Email = z.infer<typeof Email>

const LEAST = 12
const MOST = 128

const charactersOf = (text: string) => [...text].length
const isBetween = (text: string) => charactersOf(text) >= LEAST && charactersOf(text) <= MOST

// One password, one spelling, whatever keyboard typed it (NIST SP 800-63B-4 §3.1.1.2).
const spelled = (text: string) => text.normalize('NFKC')

/** A password somebody chooses: long enough, and not one that everybody tries first. */
export const NewPassword = z
  .string({ error: 'Choose a password.' })
  .max(4 * MOST, `Keep the password under ${MOST} characters.`)
  .transform(spelled)
  .refine(isBetween, `A password has ${LEAST} to ${MOST} characters.`)
  .refine((text) => !isCommonPassword(text), 'This password is one that everybody tries first.')

/** A password somebody types to be let in. Which rules it once met is not looked at. */
export const TypedPassword = z
  .string({ error: 'Type your password.' })
  .min(1, 'Type your password.')
  .max(4 * MOST, 'This is longer than a password can be.')
  .transform(spelled)

/** What is wrong with this password for the owner of this address, or null. */
export function passwordProblem(password: string, email: string): string | null {
  const text = password.toLowerCase()
  const [name = ''] = email.split('@')
  const isInside = text.includes(email) || (name.length >= 4 && text.includes(name))
  return isInside ? 'Leave your e-mail address out of the password.' : null
}

/** `recovery` is printed for an operator and never mailed. */
export type LinkKind = 'invitation' | 'reset' | 'recovery'

/** How long a link works. */
export const LINK_SECONDS = {
  invitation: 7 * 24 * 60 * 60,
  reset: 30 * 60,
  recovery: 15 * 60,
} as const satisfies Record<LinkKind, number>

/** What a link in a mail carries behind the `#`: 256 random bits. */
export const LinkSecret = z
  .string({ error: 'Open the link in the mail again.' })
  .regex(/^[\w-]{43}$/, 'Open the link in the mail again.')

export type StoredLink = { expires: Date; used: Date | null }

/** A link works once and until its end. */
export const isLinkGood = ({ expires, used }: StoredLink, now: Date): boolean =>
  used === null && expires > now
