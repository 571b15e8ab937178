/**
 * The table of layers (DESIGN 4.2). A layer is named by its folder; `may` lists the layers it imports from,
 * besides itself. A file of the most specific folder wins: lib/ops/demo before lib/ops.
 */
export const LAYERS: Record<string, { may: readonly string[] | 'anything' }> = {
  app: { may: ['components', 'lib/usecases', 'lib/data', 'lib/domain', 'lib/web', 'lib/trail'] },
  components: { may: ['components/ui', 'lib/domain', 'lib/web'] },
  'components/ui': { may: ['lib/web/form-state'] },
  'lib/domain': { may: [] },
  'lib/trail': { may: [] },
  'lib/policy': { may: ['lib/domain'] },
  'lib/credentials': { may: ['lib/domain'] },
  'lib/identity': { may: ['lib/domain'] },
  'lib/signals': { may: ['lib/domain'] },
  // Hands letters to a mail server.
  'lib/mail': { may: ['lib/domain'] },
  'lib/data': { may: ['lib/domain', 'lib/trail', 'generated'] },
  'lib/usecases': {
    may: [
      'lib/data',
      'lib/policy',
      'lib/credentials',
      'lib/identity',
      'lib/signals',
      'lib/mail',
      'lib/domain',
      'lib/trail',
    ],
  },
  // What every server of ours does besides answering: log, measure, say whether it is ready, leave.
  'lib/serve': { may: ['lib/domain'] },
  'lib/authority': {
    may: ['lib/usecases', 'lib/domain', 'lib/identity', 'lib/credentials', 'lib/data', 'lib/serve'],
  },
  'lib/web': {
    may: ['lib/usecases', 'lib/data', 'lib/domain', 'lib/signals', 'lib/credentials/subkey', 'lib/serve'],
  },
  'lib/ops': { may: 'anything' },
  'lib/ops/demo': { may: [] },
  tests: { may: 'anything' },
  // Folders without code of ours: nothing in them imports, and code reaches them as files.
  prisma: { may: [] },
  policies: { may: [] },
  public: { may: [] },
  docs: { may: [] },
  // Units of systemd.
  deploy: { may: [] },
  '.ci': { may: [] },
}

/** Files at the root, with what each of them may import of ours. */
export const ROOT_FILES: Record<string, readonly string[]> = {
  'next.config.ts': [],
  'playwright.config.ts': ['tests'],
  'postcss.config.mjs': [],
  'prisma.config.ts': [],
  // Sets the nonce of the content security policy and nothing else.
  'proxy.ts': [],
  'vitest.config.ts': [],
  '.gitignore': [],
  '.npmrc': [],
  'CONTRIBUTING.md': [],
  // The image for containers.
  Containerfile: [],
  LICENSE: [],
  'README.md': [],
  'biome.json': [],
  'knip.json': [],
  'package-lock.json': [],
  'package.json': [],
  'tsconfig.json': [],
}

/** Heavy packages and the only folders that may import them. */
export const ADDRESSES: readonly { packages: RegExp; only: readonly string[] }[] = [
  { packages: /^(@prisma\/.*|prisma|pg|pg-.*)$/, only: ['lib/data', 'lib/ops'] },
  { packages: /^@electric-sql\//, only: ['lib/ops'] },
  { packages: /^@cedar-policy\//, only: ['lib/policy'] },
  {
    packages: /^jose$/,
    only: ['lib/credentials', 'lib/identity', 'lib/ops/demo', 'lib/ops/verify-approval'],
  },
  { packages: /^(@node-rs\/argon2|otpauth)$/, only: ['lib/identity'] },
  { packages: /^@simplewebauthn\/server$/, only: ['lib/identity', 'lib/ops/verify-approval'] },
  { packages: /^@simplewebauthn\/browser$/, only: ['components'] },
  { packages: /^nodemailer$/, only: ['lib/mail'] },
  { packages: /^uqr$/, only: ['components/ui'] },
  { packages: /^next-auth$/, only: ['lib/web', 'app/api/auth'] },
  { packages: /^oauth4webapi$/, only: ['lib/ops/demo'] },
  { packages: /^(pino|prom-client)$/, only: ['lib/serve'] },
  { packages: /^(hono|@hono\/.*)$/, only: ['lib/authority', 'lib/ops'] },
]

const isWithin = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)

/** The layer a path belongs to, or undefined when its folder is not in the table. */
export function layerOf(path: string): string | undefined {
  const fitting = Object.keys(LAYERS).filter((folder) => isWithin(path, folder))
  return fitting.sort((a, b) => b.length - a.length)[0]
}

/** Whether `path` lies in one of `places`, each a folder or a file without its extension. */
export function isAt(path: string, places: readonly string[]): boolean {
  return places.some((place) => isWithin(path, place) || path.replace(/\.\w+$/, '') === place)
}
