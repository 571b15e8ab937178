import { z } from 'zod'
import { type GroupMap, readGroupMap } from './group-map'
import { plainAddress } from './plain-address'

/** The company's identity provider, as the environment names it. */
export type OidcSettings = {
  /** To the letter as its ID tokens say it. */
  issuer: string
  clientId: string
  clientSecret: string
  /** On the button: "Continue with <name>". */
  name: string
  scope: string
  groupsClaim: string
  groupMap: GroupMap
}

const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host)

function isIssuer(value: string): boolean {
  const url = plainAddress(value)
  return url !== null && (url.protocol === 'https:' || isLoopback(url.hostname)) && url.search === ''
}

const needed = (name: string) =>
  z.string({ error: `${name} is not set, and other OIDC settings are. Set it, or none of them.` }).max(2000)

const OidcEnvironment = z.object({
  OIDC_ISSUER: needed('OIDC_ISSUER').refine(isIssuer, {
    error: (issue) =>
      `OIDC_ISSUER is "${issue.input}". It takes the https address of an identity provider, without query.`,
  }),
  OIDC_CLIENT_ID: needed('OIDC_CLIENT_ID'),
  OIDC_CLIENT_SECRET: needed('OIDC_CLIENT_SECRET'),
  OIDC_NAME: z.string().trim().max(40, 'OIDC_NAME is longer than 40 characters.').optional(),
  OIDC_SCOPE: z
    .string()
    .regex(
      /^openid( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
      'OIDC_SCOPE begins with openid and names more scopes after blanks.',
    )
    .default('openid profile'),
  OIDC_GROUPS_CLAIM: z
    .string()
    .regex(/^[\w.:/-]{1,100}$/, 'OIDC_GROUPS_CLAIM is no name of a claim.')
    .default('groups'),
  OIDC_GROUP_MAP: needed('OIDC_GROUP_MAP').max(64_000, 'OIDC_GROUP_MAP is longer than 64,000 characters.'),
})

const NAMES = Object.keys(OidcEnvironment.shape)

type Read = { oidc: OidcSettings | null; problems: readonly string[] }

/** The provider's settings, or none when none of them is set. Every problem is a sentence of its own. */
export function readOidcSettings(env: Readonly<Record<string, string | undefined>>): Read {
  if (NAMES.every((name) => env[name] === undefined)) return { oidc: null, problems: [] }
  const read = OidcEnvironment.safeParse(env)
  if (!read.success) return { oidc: null, problems: read.error.issues.map(({ message }) => message) }
  const found = read.data
  const map = readGroupMap(found.OIDC_GROUP_MAP)
  if (!map.ok) return { oidc: null, problems: [`OIDC_GROUP_MAP: ${map.problem}`] }
  const oidc = {
    issuer: found.OIDC_ISSUER,
    clientId: found.OIDC_CLIENT_ID,
    clientSecret: found.OIDC_CLIENT_SECRET,
    name: found.OIDC_NAME || new URL(found.OIDC_ISSUER).hostname,
    scope: found.OIDC_SCOPE,
    groupsClaim: found.OIDC_GROUPS_CLAIM,
    groupMap: map.map,
  }
  return { oidc, problems: [] }
}

const textOfMap = (map: GroupMap): string =>
  JSON.stringify(
    Object.fromEntries(
      Object.entries(map).map(([group, { roles, groups }]) => [
        group,
        [...roles, ...groups.map((stage) => `group:${stage}`)],
      ]),
    ),
  )

/** The same settings as environment. */
export const oidcAsEnvironment = (oidc: OidcSettings | null): Record<string, string> =>
  oidc === null
    ? {}
    : {
        OIDC_ISSUER: oidc.issuer,
        OIDC_CLIENT_ID: oidc.clientId,
        OIDC_CLIENT_SECRET: oidc.clientSecret,
        OIDC_NAME: oidc.name,
        OIDC_SCOPE: oidc.scope,
        OIDC_GROUPS_CLAIM: oidc.groupsClaim,
        OIDC_GROUP_MAP: textOfMap(oidc.groupMap),
      }
