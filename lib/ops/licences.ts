import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deniedLicences, licencesPage } from './dependencies/licences'
import { readLock } from './dependencies/lock'
import { projectRoot } from './entry'

/** `npm run licences` writes docs/licences.md and names what is not allowed. */
const packages = readLock(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8'))
writeFileSync(join(projectRoot, 'docs/licences.md'), licencesPage(packages))
for (const denied of deniedLicences(packages)) {
  console.error(denied)
  process.exitCode = 1
}
