import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { closeDatabase } from '@/lib/data/database'
import { asked, type SeparatedServer, separatedServer } from '@/tests/harness/accounts'
import { type DemoPeople, demoWorld, yes } from '@/tests/harness/demo'
import { verifiedTrail } from '@/tests/harness/stored-trail'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const run = promisify(execFile)

let server: SeparatedServer
let demo: DemoPeople
beforeAll(async () => {
  server = await separatedServer()
  demo = await demoWorld()
})
afterAll(() => server.stop())

/** The commands of docs/operations.md, with this server's address: the document is what is tried. */
async function documented(step: string, names: Record<string, string>): Promise<void> {
  const text = await readFile('docs/operations.md', 'utf8')
  const block = new RegExp(`\`\`\`sh\\n# ${step}\\n([\\s\\S]*?)\`\`\``).exec(text)?.[1]
  if (!block) throw new Error(`docs/operations.md has no step "${step}".`)
  const commands = block.replace(/\bcountersign\.dump\b/g, join(server.folder, 'countersign.dump'))
  const connection = { PGHOST: '127.0.0.1', PGPORT: String(server.port), PGUSER: 'postgres' }
  const script = Object.entries(names).reduce((sh, [from, to]) => sh.replaceAll(from, to), commands)
  await run('sh', ['-euc', script], {
    env: { ...process.env, ...connection, PATH: `${server.bin}:${process.env.PATH}` },
  })
}

test('a backup is restored whole: rows, triggers, rights and owner, and the trail goes on where it was', async () => {
  const requester = await demo.actor('requester')
  const waiting = await demo.file('resolve-a-refund-ticket', requester)
  const counted = await verifiedTrail(server.administrator)
  await documented('back up', {})
  await demo.file('summarise-a-ticket', requester)
  await closeDatabase()
  await documented('restore', {})

  expect(await verifiedTrail(server.administrator)).toBe(counted)
  const app = server.urlOf('app')
  for (const change of [
    'delete from trail_event',
    `update trail_event set outcome = 'held'`,
    'truncate trail_event',
  ])
    await expect(asked(server.administrator, change)).rejects.toThrow(/append-only/)
  await expect(asked(app, 'delete from trail_event')).rejects.toThrow(/permission denied/)
  await expect(asked(app, 'create table mine (id int)')).rejects.toThrow(/permission denied/)
  await expect(asked(server.urlOf('reader'), 'select salt from trail_text')).rejects.toThrow(
    /permission denied/,
  )
  const [owner] = await asked(
    app,
    `select pg_get_userbyid(datdba) as name from pg_database where datname = 'countersign'`,
  )
  expect(owner?.name).toBe('countersign_owner')

  yes(await demo.approve(await demo.actor('approver'), waiting))
  expect(await verifiedTrail(server.administrator)).toBeGreaterThan(counted)
})
