import type { LockedPackage } from './lock'

/** SPDX ids that let anybody run, change and pass on what we ship. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
])

/** What is allowed for one thing only, and why. */
const EXCEPTIONS: readonly { licence: string; names: RegExp; because: string }[] = [
  { licence: 'OFL-1.1', names: /^@fontsource/, because: 'fonts, which are served as they are' },
  { licence: 'CC-BY-4.0', names: /^caniuse-lite$/, because: 'data that the build reads' },
  {
    licence: 'LGPL-3.0-or-later',
    names: /^@img\/sharp-/,
    because:
      'comes with next for resizing pictures, which is switched off: never loaded, and not linked to ours',
  },
]

const isAllowed = ({ name, licence }: LockedPackage): boolean =>
  licence?.split(' AND ').every((id) => ALLOWED.has(id) || isExcepted(name, id)) ?? false

const isExcepted = (name: string, id: string) =>
  EXCEPTIONS.some(({ licence, names }) => licence === id && names.test(name))

/** Production packages under a licence that nobody has allowed, in words. */
export const deniedLicences = (packages: readonly LockedPackage[]): string[] =>
  packages
    .filter((one) => one.isProduction && !isAllowed(one))
    .map(({ name, version, licence }) => `${name} ${version}: ${licence ?? 'no licence'}`)

const HEAD = `# Licences of what runs

Every package a running Countersign may load, on any platform, by licence. Written by \`npm run licences\` from
package-lock.json; a test fails when it is out of date or when a licence appears that nobody has allowed.
`

/** The text of docs/licences.md. */
export function licencesPage(packages: readonly LockedPackage[]): string {
  const byLicence = new Map<string, Set<string>>()
  for (const { name, version, licence, isProduction } of packages) {
    if (!isProduction || licence === null) continue
    const names = byLicence.get(licence) ?? new Set()
    byLicence.set(licence, names.add(`${name} ${version}`))
  }
  const parts = [...byLicence]
    .sort(([a], [b]) => compare(a, b))
    .map(([licence, names]) => part(licence, names))
  const reasons = EXCEPTIONS.map(({ licence, because }) => `- ${licence}: ${because}.`)
  return `${HEAD}\n${parts.join('\n')}\n## Allowed for one thing only\n\n${reasons.join('\n')}\n`
}

// By code unit, so that every machine writes the same page.
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

const part = (licence: string, names: ReadonlySet<string>) =>
  `## ${licence} (${names.size})\n\n${[...names].sort(compare).join(' · ')}\n`
