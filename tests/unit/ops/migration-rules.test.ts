import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dangersOf } from '@/tests/harness/migration-rules'

const names = readdirSync('prisma/migrations', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort()
const [first, ...later] = names

/** Written before the first installation that had anything to wait for, with what the rules say of them. */
const BEFORE_ANY_INSTALLATION: Readonly<Record<string, number>> = {
  '20261125211348_submissions_and_nonces': 2,
}

describe('expand, migrate, contract', () => {
  test('the first migration finds nothing that is in use', () => expect(first).toMatch(/_first$/))

  for (const name of later)
    test(`${name} lets old and new code run side by side`, () => {
      const dangers = dangersOf(readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8'))
      if (name in BEFORE_ANY_INSTALLATION) expect(dangers).toHaveLength(BEFORE_ANY_INSTALLATION[name] ?? 0)
      else expect(dangers).toEqual([])
    })
})

describe('what is refused', () => {
  const refused = [
    'ALTER TABLE "request" DROP COLUMN "ticket";',
    'DROP TABLE "template";',
    'ALTER TABLE "agent" RENAME COLUMN "slug" TO "name";',
    'ALTER TABLE "agent" ALTER COLUMN "rev" SET DATA TYPE BIGINT;',
    'ALTER TABLE "agent" ALTER COLUMN "rev" SET NOT NULL;',
    'ALTER TABLE "person" ADD COLUMN "email" TEXT NOT NULL;',
    'ALTER TABLE "person" ADD COLUMN "a" TEXT, ADD COLUMN "b" TEXT NOT NULL;',
    'ALTER TABLE "agent" ALTER COLUMN "rev" DROP DEFAULT;',
    'UPDATE "trail_event" SET outcome = 1;',
    'TRUNCATE "lease";',
    'CREATE INDEX "x" ON "credential"("jkt");',
    'ALTER TABLE "decision" ADD CONSTRAINT "x" FOREIGN KEY ("scope_id") REFERENCES "scope"("id");',
    'LOCK TABLE request IN EXCLUSIVE MODE;',
    '-- AlterTable\nALTER TABLE "request" DROP COLUMN "ticket";',
  ]
  for (const sql of refused) test(sql.replace(/\s+/g, ' '), () => expect(dangersOf(sql)).toHaveLength(1))
})

describe('what is allowed', () => {
  const allowed = [
    'CREATE TABLE "totp" ("id" TEXT NOT NULL); CREATE UNIQUE INDEX "x" ON "totp"("id");',
    'ALTER TABLE "request" ADD COLUMN "note" TEXT;',
    `ALTER TABLE "request" ADD COLUMN "note" TEXT NOT NULL DEFAULT '';`,
    'ALTER TABLE "decision" ADD CONSTRAINT "x" FOREIGN KEY ("a") REFERENCES "b"("id") NOT VALID;',
    'CREATE INDEX "x" ON "agent"("slug");',
    '-- contract: version 0.3 was the last that wrote it\nALTER TABLE "request" DROP COLUMN "ticket";',
    `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE request SET x = 1; DROP TABLE y; END $$;`,
  ]
  for (const sql of allowed) test(sql.replace(/\s+/g, ' '), () => expect(dangersOf(sql)).toEqual([]))
})
