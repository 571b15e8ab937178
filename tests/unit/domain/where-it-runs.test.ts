import { expect, it } from 'vitest'
import { type Where, whereItRuns } from '@/lib/domain/where-it-runs'

const path: Where = { environment: 'staging', by: 'path' }
const domain: Where = { environment: 'production', by: 'domain' }

it.each([
  ['the path, whatever its domain states', path, null, domain, path],
  ['the path, with a registration that agrees', path, 'staging', domain, path],
  ['nowhere, with a registration that contradicts the path', path, 'production', domain, null],
  ['its own registration before its domain', null, 'lab', domain, { environment: 'lab', by: 'identity' }],
  ['its domain, where nothing closer says it', null, null, domain, domain],
  ['nowhere, where nobody says it', null, null, null, null],
] as const)('a workload runs where it is said by %s', (_, verified, own, vouching, where) => {
  expect(whereItRuns({ verified, own, vouching })).toEqual(where)
})
