import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PolicyCases } from '@/lib/policy/cases'
import type { PolicySetText } from '@/lib/policy/load'

const namesIn = (folder: string, ending: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()

/** The policy set of a folder: `schema.cedarschema` and every `*.cedar` beside it. */
export function readDefaultPolicySet(folder: string): PolicySetText {
  return {
    schema: readFileSync(join(folder, 'schema.cedarschema'), 'utf8'),
    policies: namesIn(folder, '.cedar').map((name) => ({
      name,
      text: readFileSync(join(folder, name), 'utf8'),
    })),
  }
}

/** The cases of a folder: every `cases/*.json`. */
export function readPolicyCases(folder: string): PolicyCases[] {
  const cases = join(folder, 'cases')
  return namesIn(cases, '.json').map((name) =>
    PolicyCases.parse(JSON.parse(readFileSync(join(cases, name), 'utf8'))),
  )
}
