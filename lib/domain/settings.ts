import { z } from 'zod'
import { BundleFolder, EgressPrivate } from './egress-settings'
import { exposures, openAddresses } from './exposures'
import { LIMIT_VARIABLES, type Limits, limitsAsEnvironment, limitsOf } from './limits'
import { MailEnvironment, type MailSettings, mailAsEnvironment, readMailSettings } from './mail-settings'
import { type OidcSettings, oidcAsEnvironment, readOidcSettings } from './oidc-settings'
import { ConsoleProcesses, PoolSize } from './process-settings'
import { SECRET_VARIABLES, type Secrets, secretProblems, secretsAsEnvironment, secretsOf } from './secrets'

/** What a process of Countersign is told by its environment. */
export type Settings = {
  /** null only in the supervisor, before it has started the embedded database. */
  databaseUrl: string | null
  embedded: boolean
  dataDir: string
  consoleUrl: string
  issuer: string
  consolePort: number
  authorityPort: number
  demoPortBase: number
  /** Where figures are served, on loopback: the console's here, the authority's on the next port. null is nowhere. */
  metricsPort: number | null
  /** What is new is made with the first. While the secret changes there are others, which only open. */
  secret: Secrets
  /** The former secret: what it sealed at rest is sealed anew. */
  secretOld: string | null
  demo: boolean
  /** Who may change the schema. The application's own account, unless another one is given. */
  migrationDatabaseUrl: string | null
  /** How many processes one console has. null is as many as suit the machine. */
  consoleProcesses: number
  /** Where both servers listen. */
  bind: string
  /** A sign-in ends this long after it began, whatever happens, and this long after it was last used. */
  signInSeconds: number
  signInIdleSeconds: number
  /** How many proxies of one's own stand before the console. What they say of a caller's address is believed. */
  trustedProxies: number
  /** DPoP proofs have to carry a nonce of ours. */
  dpopNonce: boolean
  /** Private addresses and ranges that webhooks, and issuers asked for their keys, may have. */
  egressPrivate: readonly string[]
  bundles: string | null
  /** The company's identity provider, or null when none is set up. */
  oidc: OidcSettings | null
  limits: Limits
  /** People sign in with e-mail and password, and this is how they are written to. Null when they do not. */
  passwords: MailSettings | null
}

export const DEFAULT_DATA_DIR = '.data'

const portNumber = (name: string, highest = 65_535) =>
  z
    .string()
    .refine((value) => /^[1-9]\d{0,4}$/.test(value) && Number(value) <= highest, {
      error: (issue) =>
        `${name} is "${issue.input}", which is no port. It takes a number from 1 to ${highest}.`,
    })
    .transform(Number)

const port = (name: string, fallback: number, highest?: number) =>
  portNumber(name, highest).prefault(String(fallback))

const minutes = (name: string, fallback: number, [least, most]: readonly [number, number]) =>
  z
    .string()
    .default(String(fallback))
    .refine((value) => /^\d{1,5}$/.test(value) && Number(value) >= least && Number(value) <= most, {
      error: (issue) => `${name} is "${issue.input}". It takes a number of minutes from ${least} to ${most}.`,
    })
    .transform((value) => Number(value) * 60)

const origin = (name: string, how?: 'to the letter') =>
  z
    .string()
    .refine((value) => isOrigin(value) && !(how && value.endsWith('/')), {
      error: (issue) =>
        `${name} is "${issue.input}". It takes an address with scheme and host and nothing after, like https://example.test.`,
    })
    .optional()

const switched = (name: string) =>
  z.enum(['0', '1'], { error: (issue) => `${name} is "${issue.input}". It takes 0 or 1.` }).optional()

const databaseUrl = (name: string) =>
  z
    .string()
    .refine((value) => /^postgres(ql)?:\/\//.test(value), {
      error: `${name} does not begin with postgresql://. Only PostgreSQL is served.`,
    })
    .optional()

const Environment = z.object({
  DATABASE_URL: databaseUrl('DATABASE_URL'),
  MIGRATION_DATABASE_URL: databaseUrl('MIGRATION_DATABASE_URL'),
  COUNTERSIGN_DATABASE_POOL: PoolSize,
  COUNTERSIGN_CONSOLE_PROCESSES: ConsoleProcesses,
  COUNTERSIGN_BIND: z
    .union([z.ipv4(), z.ipv6()], {
      error: (issue) =>
        `COUNTERSIGN_BIND is "${issue.input}". It takes an address of this machine, like 127.0.0.1 or 0.0.0.0.`,
    })
    .default('127.0.0.1'),
  COUNTERSIGN_EMBEDDED: switched('COUNTERSIGN_EMBEDDED'),
  COUNTERSIGN_DATA_DIR: z.string().default(DEFAULT_DATA_DIR),
  COUNTERSIGN_CONSOLE_URL: origin('COUNTERSIGN_CONSOLE_URL'),
  COUNTERSIGN_ISSUER: origin('COUNTERSIGN_ISSUER', 'to the letter'),
  CONSOLE_PORT: port('CONSOLE_PORT', 3000),
  AUTHORITY_PORT: port('AUTHORITY_PORT', 3001),
  // Three servers listen from here on.
  DEMO_PORT_BASE: port('DEMO_PORT_BASE', 3011, 65_533),
  METRICS_PORT: portNumber('METRICS_PORT', 65_534).optional(),
  ...SECRET_VARIABLES,
  COUNTERSIGN_DEMO: switched('COUNTERSIGN_DEMO'),
  COUNTERSIGN_DPOP_NONCE: switched('COUNTERSIGN_DPOP_NONCE'),
  COUNTERSIGN_TRUSTED_PROXIES: z
    .string()
    .regex(
      /^[0-8]$/,
      'COUNTERSIGN_TRUSTED_PROXIES takes how many proxies stand before the console, from 0 to 8.',
    )
    .default('0')
    .transform(Number),
  COUNTERSIGN_SIGN_IN_MINUTES: minutes('COUNTERSIGN_SIGN_IN_MINUTES', 720, [15, 1440]),
  COUNTERSIGN_SIGN_IN_IDLE_MINUTES: minutes('COUNTERSIGN_SIGN_IN_IDLE_MINUTES', 60, [5, 720]),
  COUNTERSIGN_EGRESS_PRIVATE: EgressPrivate,
  COUNTERSIGN_BUNDLES: BundleFolder,
  ...LIMIT_VARIABLES,
  ...MailEnvironment,
})

/** Reads the environment, or throws one sentence per thing that is wrong with it. An empty value is none. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  )
  const read = Environment.safeParse(given)
  const { oidc, problems } = readOidcSettings(given)
  if (!read.success)
    throw new Error([...read.error.issues.map(({ message }) => message), ...problems].join('\n'))
  const found = read.data
  const mail = readMailSettings(found)
  const settings: Settings = {
    databaseUrl: found.DATABASE_URL ?? null,
    embedded: found.DATABASE_URL === undefined || found.COUNTERSIGN_EMBEDDED === '1',
    dataDir: found.COUNTERSIGN_DATA_DIR,
    consoleUrl: withoutSlash(found.COUNTERSIGN_CONSOLE_URL ?? `http://localhost:${found.CONSOLE_PORT}`),
    issuer: found.COUNTERSIGN_ISSUER ?? `http://127.0.0.1:${found.AUTHORITY_PORT}`,
    consolePort: found.CONSOLE_PORT,
    authorityPort: found.AUTHORITY_PORT,
    demoPortBase: found.DEMO_PORT_BASE,
    metricsPort: found.METRICS_PORT ?? null,
    secret: secretsOf(found),
    secretOld: found.COUNTERSIGN_SECRET_OLD ?? null,
    demo: false,
    migrationDatabaseUrl: found.MIGRATION_DATABASE_URL ?? null,
    consoleProcesses: found.COUNTERSIGN_CONSOLE_PROCESSES,
    bind: found.COUNTERSIGN_BIND,
    signInSeconds: found.COUNTERSIGN_SIGN_IN_MINUTES,
    signInIdleSeconds: found.COUNTERSIGN_SIGN_IN_IDLE_MINUTES,
    trustedProxies: found.COUNTERSIGN_TRUSTED_PROXIES,
    dpopNonce: found.COUNTERSIGN_DPOP_NONCE === '1',
    egressPrivate: found.COUNTERSIGN_EGRESS_PRIVATE,
    bundles: found.COUNTERSIGN_BUNDLES ?? null,
    oidc,
    limits: limitsOf(found),
    passwords: mail.settings,
  }
  settings.demo = found.COUNTERSIGN_DEMO ? found.COUNTERSIGN_DEMO === '1' : settings.embedded
  const objections = [
    ...problems,
    ...mail.problems,
    ...secretProblems(found),
    ...clashes(settings),
    ...crowds(settings),
    ...(settings.demo ? exposures(settings) : openAddresses(settings)),
  ]
  if (objections.length > 0) throw new Error(objections.join('\n'))
  return settings
}

/** The same settings as environment, for a child that reads them with `readSettings`. */
export function settingsAsEnvironment(settings: Settings): Record<string, string> {
  return {
    ...(settings.databaseUrl === null ? {} : { DATABASE_URL: settings.databaseUrl }),
    COUNTERSIGN_EMBEDDED: settings.embedded ? '1' : '0',
    COUNTERSIGN_DATA_DIR: settings.dataDir,
    COUNTERSIGN_CONSOLE_URL: settings.consoleUrl,
    COUNTERSIGN_ISSUER: settings.issuer,
    CONSOLE_PORT: String(settings.consolePort),
    AUTHORITY_PORT: String(settings.authorityPort),
    DEMO_PORT_BASE: String(settings.demoPortBase),
    METRICS_PORT: settings.metricsPort === null ? '' : String(settings.metricsPort),
    ...secretsAsEnvironment(settings),
    COUNTERSIGN_DEMO: settings.demo ? '1' : '0',
    COUNTERSIGN_DPOP_NONCE: settings.dpopNonce ? '1' : '0',
    COUNTERSIGN_CONSOLE_PROCESSES: String(settings.consoleProcesses),
    COUNTERSIGN_BIND: settings.bind,
    COUNTERSIGN_SIGN_IN_MINUTES: String(settings.signInSeconds / 60),
    COUNTERSIGN_SIGN_IN_IDLE_MINUTES: String(settings.signInIdleSeconds / 60),
    COUNTERSIGN_TRUSTED_PROXIES: String(settings.trustedProxies),
    COUNTERSIGN_EGRESS_PRIVATE: settings.egressPrivate.join(','),
    COUNTERSIGN_BUNDLES: settings.bundles ?? '',
    ...oidcAsEnvironment(settings.oidc),
    ...limitsAsEnvironment(settings.limits),
    ...mailAsEnvironment(settings.passwords),
  }
}

/** The variables that name the ports in use, with the ports. */
export function listeners({ consolePort, authorityPort, metricsPort, demoPortBase, demo }: Settings) {
  const demoPorts = demo
    ? [0, 1, 2].map((step) => ({ variable: 'DEMO_PORT_BASE', port: demoPortBase + step }))
    : []
  const metricsPorts = metricsPort === null ? [] : [metricsPort, metricsPort + 1]
  return [
    { variable: 'CONSOLE_PORT', port: consolePort },
    { variable: 'AUTHORITY_PORT', port: authorityPort },
    ...metricsPorts.map((port) => ({ variable: 'METRICS_PORT', port })),
    ...demoPorts,
  ]
}

function clashes(settings: Settings): string[] {
  const seen = new Map<number, string>()
  return listeners(settings).flatMap(({ variable, port }) => {
    const other = seen.get(port)
    seen.set(port, variable)
    return other ? [`${variable} and ${other} both take port ${port}. Set one of them to another port.`] : []
  })
}

function crowds({ embedded, consoleProcesses }: Settings): string[] {
  if (!embedded || consoleProcesses === 1) return []
  return [
    'COUNTERSIGN_CONSOLE_PROCESSES takes 1 with the embedded database, which does one thing at a time. Set DATABASE_URL, or leave it out.',
  ]
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false
  const url = new URL(value)
  return /^https?:$/.test(url.protocol) && withoutSlash(value) === url.origin
}

function withoutSlash(value: string): string {
  return value.endsWith('/') ? value.slice(0, -1) : value
}
