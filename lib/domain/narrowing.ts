import type { z } from 'zod'
import { type AuthorizationDetail, AuthorizationDetails } from './authorization-details'
import type { Scope } from './scope'
import { parseStrictJson } from './strict-json'
import { areCounted, type Cap } from './uses'
import { type ProofRefusal, refuseProof } from './wire-reasons'

/** What an agent asks of its grant: one resource server, and less than all of it if it likes. */
export type Narrowing = { resource: string; scope: string | null; authorizationDetails: string | null }

export type Narrowed = { ok: true; scopes: readonly Scope[] } | ProofRefusal

// RFC 6749 §3.3: printable ASCII without quote and backslash, single spaces between.
const SCOPE_LIST = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/
const MAX_SCOPE_CHARACTERS = 4096

/**
 * The scopes of a grant that a token is asked for (RFC 8707 §2, RFC 6749 §3.3, RFC 9396 §6.1): those at this
 * resource server, and of these only what `scope` and `authorization_details` name. Asking for anything beyond
 * the grant is refused, never trimmed. `uses` is the grant's own number.
 */
export function narrow(
  granted: readonly Scope[],
  { resource, scope, authorizationDetails }: Narrowing,
  uses: Cap = null,
): Narrowed {
  const here = granted.filter(({ serverIdentifier }) => serverIdentifier === resource)
  if (here.length === 0) return refuseProof('target_unknown')
  const byScope = scope === null ? here : scopesNamed(here, scope)
  if (!Array.isArray(byScope)) return byScope
  const byDetails = authorizationDetails === null ? here : scopesDetailed(here, authorizationDetails, uses)
  if (!Array.isArray(byDetails)) return byDetails
  const scopes = byScope.filter((one) => byDetails.includes(one))
  return scopes.length > 0 ? { ok: true, scopes } : refuseProof('scope_not_granted')
}

function scopesNamed(here: readonly Scope[], list: string): Scope[] | ProofRefusal {
  if (list.length > MAX_SCOPE_CHARACTERS || !SCOPE_LIST.test(list)) return refuseProof('scope_malformed')
  const names = new Set(list.split(' '))
  const isBeyond = [...names].some((name) => !here.some(({ action }) => action === name))
  return isBeyond ? refuseProof('scope_not_granted') : here.filter(({ action }) => names.has(action))
}

function scopesDetailed(here: readonly Scope[], text: string, uses: Cap): Scope[] | ProofRefusal {
  const json = parseStrictJson(text)
  const parsed = AuthorizationDetails.safeParse(json.ok ? json.value : null)
  if (!parsed.success) return refuseProof('details_invalid', sentenceOf(json.ok ? parsed.error : null))
  const found = new Set<Scope>()
  for (const detail of parsed.data) {
    if (!isOffered(detail, here, uses)) return refuseProof('details_invalid')
    if (detail.uses !== undefined && detail.uses !== uses)
      return refuseProof('details_not_granted', OTHER_USES)
    const scopes = scopesOf(detail, here)
    if (!scopes) return refuseProof('details_not_granted')
    for (const scope of scopes) found.add(scope)
  }
  return [...found]
}

// All of a grant's tokens share its uses, so no token can be held to fewer.
const OTHER_USES =
  'The uses of a grant are counted for the whole of it. Leave uses out of the authorization_details or send the number of the grant.'

// RFC 9396 §5: unknown types and fields are refused. No resource server here names identifiers, and uses stand only where
// they are handed out.
const isOffered = ({ type, uses, identifier }: AuthorizationDetail, here: readonly Scope[], counted: Cap) =>
  identifier === undefined &&
  (uses === undefined || (counted !== null && areCounted(here))) &&
  here.every(({ serverType }) => serverType === type)

/** The scopes an item names: every action at every location has to be granted, or nothing is. */
function scopesOf({ actions, locations, datatypes }: AuthorizationDetail, here: readonly Scope[]) {
  const found: Scope[] = []
  for (const location of locations)
    for (const action of actions) {
      const scope = here.find((one) => one.action === action && one.resource === location)
      if (!scope || (datatypes && !datatypes.includes(scope.dataDomain))) return null
      found.push(scope)
    }
  return found
}

const sentenceOf = (error: z.ZodError | null) =>
  error?.issues.some(({ code }) => code === 'unrecognized_keys')
    ? 'The authorization_details hold a field that is not known here. Send type, actions, locations and datatypes.'
    : undefined

/** The `scope` of an answer and a token: the actions, once each. */
export const scopeText = (scopes: readonly Scope[]): string =>
  [...new Set(scopes.map(({ action }) => action))].sort().join(' ')

/**
 * RFC 9396 items of these scopes: one for each resource and data domain, so that no item says more than was
 * granted when its actions and locations are multiplied. `uses` stands where the resource server asks and they are
 * counted: all of them share it.
 */
export function detailsOf(scopes: readonly Scope[], uses: Cap = null): AuthorizationDetail[] {
  const items = new Map<string, AuthorizationDetail>()
  for (const { serverType, action, resource, dataDomain, asksOnline } of scopes) {
    const key = JSON.stringify([serverType, resource, dataDomain])
    const known = items.get(key)
    if (known) {
      known.actions.push(action)
      continue
    }
    const item: AuthorizationDetail = {
      type: serverType,
      actions: [action],
      locations: [resource],
      datatypes: [dataDomain],
    }
    if (asksOnline && uses !== null) item.uses = uses
    items.set(key, item)
  }
  return [...items.values()]
}
