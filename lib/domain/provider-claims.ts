import { z } from 'zod'
import { visibleParts } from './clean-text'

const LONGEST_NAME = 120
const MOST_GROUPS = 2000

const Claims = z.object({
  iss: z.string(),
  // OIDC Core §2: at most 255 ASCII characters.
  sub: z.string().regex(/^[\x21-\x7e]{1,255}$/),
  name: z.unknown().optional(),
  preferred_username: z.unknown().optional(),
})

/** Who the provider says signed in. The e-mail address is not read: it can be given to somebody else. */
export type ProvidedPerson = { issuer: string; subject: string; name: string; groups: readonly string[] }

// The provider's users choose their names: nothing invisible, nothing that turns the direction, one line.
const nameOf = (claim: unknown): string =>
  typeof claim === 'string'
    ? visibleParts(claim.toWellFormed())
        .map((part) => (part.kind === 'text' ? part.text : ''))
        .join('')
        .replaceAll(/\s+/g, ' ')
        .trim()
        .slice(0, LONGEST_NAME)
    : ''

/** One group may come as a text of its own. Anything else that is no list of texts is no group. */
function groupsOf(claim: unknown): string[] {
  const values = Array.isArray(claim) ? claim : [claim]
  return values.slice(0, MOST_GROUPS).filter((value) => typeof value === 'string')
}

/** Reads claims that were verified. Null when they are not of the issuer that was asked, to the letter. */
export function readProviderClaims(
  claims: unknown,
  { issuer, groupsClaim }: { issuer: string; groupsClaim: string },
): ProvidedPerson | null {
  const read = Claims.safeParse(claims)
  if (!read.success || read.data.iss !== issuer) return null
  const { sub, name, preferred_username: username } = read.data
  const all: Readonly<Record<string, unknown>> = Object(claims)
  const groups = Object.hasOwn(all, groupsClaim) ? groupsOf(all[groupsClaim]) : []
  return { issuer, subject: sub, name: nameOf(name) || nameOf(username) || sub, groups }
}
