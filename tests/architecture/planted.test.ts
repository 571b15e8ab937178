import { describe, expect, test } from 'vitest'
import { findViolations, RULES } from './checker/check'

type Plant = { rule: keyof typeof RULES | 'unlisted'; path: string; source: string }

const long = '// a line\n'.repeat(251)
const plant = (rule: Plant['rule'], path: string, source: string): Plant => ({ rule, path, source })

/** Every one of these breaks a rule. When one stays green, the rule is blind. */
const PLANTED: readonly Plant[] = [
  plant('unlisted', 'lib/helpers/strings.ts', ''),
  plant('unlisted', 'src/index.ts', ''),
  plant('unlisted', 'middleware.ts', ''),
  plant('layers', 'lib/domain/grant.ts', `import { rows } from '@/lib/data/rows'`),
  plant('layers', 'lib/domain/grant.ts', `import type { Row } from '../data/rows'`),
  plant('layers', 'lib/data/grants.ts', `export { decide } from '@/lib/policy/decide'`),
  plant('layers', 'lib/data/grants.ts', `export * from '../identity/proof'`),
  plant('layers', 'lib/policy/decide.ts', `const keys = await import('@/lib/credentials/keys')`),
  plant('layers', 'lib/policy/decide.ts', 'const keys = await import(`../credentials/keys`)'),
  plant('layers', 'lib/trail/tree.mjs', `const domain = require('../domain/grant')`),
  plant('layers', 'lib/trail/tree.ts', `import domain = require('../domain/grant')`),
  plant('layers', 'lib/signals/wake.ts', `export type Row = import('@/lib/data/rows').Row`),
  plant('layers', 'lib/identity/proof.ts', `new Worker(new URL('../policy/worker.mjs', import.meta.url))`),
  plant('layers', 'lib/usecases/grants/end-grant.ts', `import { session } from '@/lib/web/session'`),
  plant('layers', 'lib/authority/token.ts', `import { decide } from '@/lib/policy/decide'`),
  plant('layers', 'lib/serve/log.ts', `import { pool } from '@/lib/data/database'`),
  plant('layers', 'lib/web/session.ts', `import { sign } from '@/lib/credentials/mandate'`),
  plant('layers', 'components/grants/row.tsx', `import { listGrants } from '@/lib/data/grants'`),
  plant('layers', 'components/ui/button.tsx', `import { Row } from '../grants/row'`),
  plant('layers', 'app/page.tsx', `import { decide } from '@/lib/policy/decide'`),
  plant('layers', 'lib/ops/demo/agent.mjs', `import { world } from '../seed/world.ts'`),
  plant('layers', 'lib/ops/seed.ts', `import { build } from '@/tests/harness/worlds'`),
  plant('layers', 'lib/usecases/grants/end-grant.ts', `import { Grant } from '@/generated/prisma/client'`),
  plant('layers', 'proxy.ts', `import { requireActor } from '@/lib/web/session'`),
  plant('readable', 'lib/usecases/grants/end-grant.ts', `await import(process.env.MODULE)`),
  plant('addresses', 'lib/usecases/grants/end-grant.ts', `import { Pool } from 'pg'`),
  plant('addresses', 'app/page.tsx', `import { PrismaPg } from '@prisma/adapter-pg'`),
  plant(
    'addresses',
    'lib/usecases/grants/end-grant.ts',
    `import * as cedar from '@cedar-policy/cedar-wasm/nodejs'`,
  ),
  plant('addresses', 'lib/web/session.ts', `export { jwtVerify } from 'jose'`),
  plant('addresses', 'components/shell/menu.tsx', `import { signOut } from 'next-auth/react'`),
  plant('addresses', 'lib/authority/token.ts', `import type { Client } from 'oauth4webapi'`),
  plant('addresses', 'lib/authority/main.ts', `import pino from 'pino'`),
  plant('addresses', 'lib/data/database.ts', `const { PGlite } = await import('@electric-sql/pglite')`),
  plant('useCases', 'lib/usecases/grants/end-grant.ts', `import { revokeGrant } from './revoke-grant'`),
  plant('useCases', 'lib/usecases/facts/people.ts', `import { revokeGrant } from '../grants/revoke-grant'`),
  plant('readsOnly', 'app/page.tsx', `import { commit } from '@/lib/data/commit'`),
  plant('readsOnly', 'app/api/x/route.ts', `import { commitBatch } from '@/lib/data/commit-batch'`),
  plant('readsOnly', 'lib/authority/token.ts', `import { insertGrant } from '@/lib/data/grants'`),
  plant('readsOnly', 'lib/web/session.ts', `import { renew } from '@/lib/data/write-sign-ins'`),
  plant('pure', 'lib/domain/grant.ts', 'export const now = () => Date.now()'),
  plant('pure', 'lib/domain/grant.ts', 'export const now = () => new Date()'),
  plant('pure', 'lib/domain/grant.ts', 'export const id = () => Math.random()'),
  plant('pure', 'lib/domain/grant.ts', 'export const id = () => crypto.randomUUID()'),
  plant('pure', 'lib/domain/grant.ts', 'export const home = process.env.HOME'),
  plant('pure', 'lib/trail/tree.ts', `export const load = () => fetch('https://log.example')`),
  plant('clockless', 'lib/credentials/mandate.ts', 'export const issuedAt = new Date()'),
  plant('domainPackages', 'lib/domain/grant.ts', `import { randomUUID } from 'node:crypto'`),
  plant('domainPackages', 'lib/domain/grant.ts', `import canonicalize from 'canonicalize'`),
  plant('transactions', 'lib/data/grants.ts', 'export const save = (db) => db.$transaction([])'),
  plant('transactions', 'lib/usecases/grants/end-grant.ts', `await client.query('BEGIN')`),
  plant('transactions', 'lib/data/grants.ts', 'await client.query(`begin isolation level serializable`)'),
  plant('plainPrimitives', 'components/ui/badge.tsx', 'export const GrantBadge = () => null'),
  plant('plainPrimitives', 'components/ui/badge.tsx', `import { tone } from '@/lib/domain/policy'`),
  plant('shortFiles', 'lib/domain/grant.ts', long),
]

/** None of these breaks a rule: what looks alike must stay green. */
const ALLOWED: readonly [path: string, source: string][] = [
  ['lib/domain/grant.ts', `import { z } from 'zod'\nexport const at = (text) => new Date(text)`],
  ['lib/domain/grant.ts', `// process and fetch, in a comment\nexport const step = { process: 1 }`],
  ['lib/data/commit.ts', `await client.query('BEGIN')`],
  ['lib/credentials/keys.ts', `export const head = '-----BEGIN PRIVATE KEY-----'`],
  ['components/ui/table.tsx', `export const Head = () => <th scope="col" />; requestAnimationFrame(() => 0)`],
  ['lib/usecases/grants/end-grant.ts', `import { membersOf } from '@/lib/usecases/facts/people'`],
  ['lib/web/keys.ts', `import { subkey } from '@/lib/credentials/subkey'`],
  ['app/page.tsx', `import './globals.css'\nimport { listGrants } from '@/lib/data/grants'`],
  ['tests/unit/x.test.ts', `import { Pool } from 'pg'\nawait import(name)`],
]

const rulesBrokenBy = (path: string, source: string) => [
  ...new Set(findViolations(new Map([[path, source]])).violations.map(({ rule }) => rule)),
]

describe('a planted violation', () => {
  for (const { rule, path, source } of PLANTED)
    test(`of ${rule} is seen: ${path} with ${source.slice(0, 60).trim()}`, () => {
      expect(rulesBrokenBy(path, source)).toContain(rule)
    })

  test('exists for every rule', () => {
    const planted = new Set(PLANTED.map(({ rule }) => rule))
    expect(Object.keys(RULES).filter((rule) => !planted.has(rule as keyof typeof RULES))).toEqual([])
  })

  test('is named once with its file and line', () => {
    const source = `\nimport { rows } from '@/lib/data/rows'\n`
    expect(findViolations(new Map([['lib/domain/grant.ts', source]])).violations).toEqual([
      {
        rule: 'layers',
        path: 'lib/domain/grant.ts',
        line: 2,
        says: 'lib/domain must not import lib/data/rows',
      },
    ])
  })

  test('cannot hide in a file that does not parse', () => {
    expect(() => findViolations(new Map([['lib/domain/grant.ts', 'import {']]))).toThrow(/does not parse/)
  })
})

describe('what is allowed stays green', () => {
  for (const [path, source] of ALLOWED)
    test(`${path} with ${source.slice(0, 60).trim()}`, () => {
      expect(rulesBrokenBy(path, source)).toEqual([])
    })
})
