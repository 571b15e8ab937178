import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { listNotices } from '@/lib/data/notices'
import { readTrail } from '@/lib/data/trail-export'
import { fileTrailWords } from '@/lib/data/trail-words'
import { ALL_KINDS } from '@/lib/domain/notice'
import { seedDemo } from '@/lib/ops/seed'
import { exportApproval } from '@/lib/usecases/approvals/export-approval'
import { chooseNotices } from '@/lib/usecases/notices/choose-notices'
import { deliverDue } from '@/lib/usecases/notices/deliver-due'
import { markNoticesRead } from '@/lib/usecases/notices/mark-notices-read'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { renamePasskey } from '@/lib/usecases/passkeys/rename-passkey'
import { signInAsPersona } from '@/lib/usecases/people/sign-in-as-persona'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { sealAnew } from '@/lib/usecases/sweep/seal-anew'
import { exportTrail } from '@/lib/usecases/trail/export-trail'
import { addWebhook } from '@/lib/usecases/webhooks/add-webhook'
import { exportStream } from '@/lib/web/trail-export'
import { type Account, asked, type SeparatedServer, separatedServer } from '@/tests/harness/accounts'
import { introspect, makeAgent, SECRET, serveAuthority } from '@/tests/harness/authority'
import { actOf, yes } from '@/tests/harness/demo'
import { aboutGrant, makeAsker } from '@/tests/harness/evaluations'
import { buildWorld, grantTask, SERVERS } from '@/tests/harness/world'
import { ATTEMPTS } from '@/tests/integration/access/attempts'
import { findUseCases, loadUseCase } from '@/tests/integration/access/found'
import { type AccessWorld, accessWorld } from '@/tests/integration/access/world'
import { approve, breakGlass, register, remove, review, signed } from '@/tests/integration/passkeys/world'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let server: SeparatedServer
let world: AccessWorld
beforeAll(async () => {
  process.env.COUNTERSIGN_SECRET = SECRET
  server = await separatedServer()
  world = await accessWorld()
})
afterAll(() => server.stop())

describe('with the application’s account, everything the application does works', () => {
  for (const useCase of findUseCases().filter(({ name }) => name in ATTEMPTS))
    test(`people: ${useCase.name}`, async () => {
      const attempt = ATTEMPTS[useCase.name]
      const [kind] = attempt?.allowed ?? []
      if (!attempt || !kind) throw new Error('Nobody may do it.')
      const actor = world.actors[kind]
      const { there } = await attempt.on(world)
      yes(await (await loadUseCase(useCase))(actor, actOf(actor), there))
    })

  test('people: sign in, sweep, export', async () => {
    yes(await signInAsPersona('requester', {}))
    await noteExpiries('one')
    await fileTrailWords()
    const { auditor } = world.actors
    const started = yes(await exportTrail(auditor, actOf(auditor), { query: '', format: 'jsonl' }))
    const read = readTrail(auditor, started.query, started.head)
    const lines = (await new Response(exportStream('jsonl', read)).text()).split('\n').filter(Boolean)
    expect(lines).toHaveLength(started.count)
  })

  test('people: passkeys, what they sign, breaking glass and its review', async () => {
    const { requester, approver } = world.actors
    const [mine, theirs] = [await register(requester), await register(approver)]
    const filed = await world.demo.file('resolve-a-refund-ticket', requester)
    const form = await signed(world.demo, approver, { requestId: filed, authenticator: theirs })
    yes(await approve(approver, form))
    const [vote] = (await world.demo.read(filed)).approvals
    if (!vote) throw new Error('Nobody signed.')
    const asked = { requestId: filed, approvalId: vote.id }
    yes(await exportApproval(world.actors.auditor, actOf(world.actors.auditor), asked))
    const requestId = yes(await breakGlass(world.demo, requester, mine)).id
    yes(await review(approver, requestId, theirs))
    const { credentialId } = theirs
    yes(await renamePasskey(approver, actOf(approver), { credentialId, name: 'Another' }))
    yes(await remove(approver, theirs))
  })

  test('people: are told, by a bell and by a webhook', async () => {
    const { administrator, approver, requester } = world.actors
    const before = (await listNotices(approver.personId)).unread
    await world.demo.file('rotate-a-production-secret', requester)
    const [kinds, url] = [[...ALL_KINDS], 'https://hooks.example/told']
    yes(await addWebhook(administrator, actOf(administrator), { url, form: 'standard', kinds }))
    while ((await noteNotices('one')).isMore);
    await deliverDue('one', await databaseNow())
    const { unread, rows } = await listNotices(approver.personId)
    expect(unread).toBeGreaterThan(before)
    const upTo = rows[0]?.leaf ?? 0
    yes(await markNoticesRead(approver, actOf(approver), { from: 0, upTo }))
    yes(await chooseNotices(approver, actOf(approver), { on: [] }))
  })

  test('agents: mandate, token, introspection, giving back, completion', async () => {
    const own = await buildWorld()
    const authority = await serveAuthority()
    const agent = await makeAgent(own, authority.issuer)
    const { grantId } = await grantTask(own, { scopes: ['read', 'secret'], signed: ['approver'], uses: 1 })
    const mandate = await agent.mandateOf(grantId)
    const { access_token: token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
    const question = { as: 'tickets', identifier: SERVERS.tickets, token } as const
    expect(await introspect(own, authority.issuer, question)).toMatchObject({ active: true })
    const asker = makeAsker(own, authority.issuer, 'tickets')
    expect(
      await asker.send({ ...aboutGrant(grantId), subject: { type: 'access_token', id: token } }),
    ).toMatchObject({
      ...{ decision: true, context: { uses_left: 0 } },
    })
    await agent.giveBack(token)
    expect(await introspect(own, authority.issuer, question)).toEqual({ active: false })
    expect((await agent.call('POST', `/grants/${grantId}/complete`)).status).toBe(200)
    await authority.close()
  })

  test('authorities: what a former secret sealed is sealed anew', async () => {
    const secret = [`${SECRET}, the next`, SECRET] as const
    expect(await sealAnew({ secret, secretOld: SECRET })).toBeGreaterThanOrEqual(3)
  })
})

test('the demo’s weeks are told with the application’s account too', async () => {
  const other = await separatedServer()
  const folder = await mkdtemp(join(tmpdir(), 'cs-'))
  expect(await seedDemo(folder)).toBeGreaterThan(0)
  await rm(folder, { recursive: true, force: true })
  await other.stop()
  process.env.DATABASE_URL = server.urlOf('app')
})

const DENIED =
  /permission denied|must be (owner|superuser)|read-only transaction|trail is append-only|only moves forward/

const TRAIL = ['trail_event', 'trail_text', 'decision', 'approval', 'policy_set', 'mandate', 'grant_scope']
const ON_SCHEMA = [
  'create table mine (id int)',
  'create table public.trail_event_2 as select * from trail_event',
  'create temporary table mine (id int)',
  'alter table trail_event disable trigger all',
  'alter table trail_event add column extra text',
  'drop trigger trail_event_stays on trail_event',
  'create or replace function refuse_change() returns trigger language plpgsql as $$ begin return old; end $$',
  `set session_replication_role = 'replica'`,
  'drop table trail_event',
  'create role other',
  'create schema other',
  `copy (select 1) to program 'true'`,
  'select pg_read_file($$PG_VERSION$$)',
  'set role countersign_owner',
]
const CHANGES = TRAIL.flatMap((table) => [`delete from ${table}`, `truncate ${table} cascade`])

/** A48 and more: what is refused, by account. Each statement alone would be valid for a superuser. */
const FORBIDDEN: Record<Account, readonly string[]> = {
  owner: [
    `update trail_event set outcome = 'held'`,
    'delete from trail_event',
    'truncate trail_event',
    'delete from trail_text',
    'truncate trail_text',
    'update trail_head set next_leaf = 0',
    'delete from trail_head',
    `set session_replication_role = 'replica'`,
    'create role other',
    `copy (select 1) to program 'true'`,
  ],
  app: [
    ...ON_SCHEMA,
    ...CHANGES,
    `update trail_event set outcome = 'held'`,
    `update trail_text set text = null`,
    'update trail_head set next_leaf = 0',
    'update trail_head set id = 2',
    'delete from trail_head',
    'insert into trail_head values (2, 0, $$x$$)',
    `update decision set verdict = 'allowed'`,
    `update approval set verdict = 'approve'`,
    `update policy_set set policies = '[]'`,
    `update request set requester_id = 'P'`,
    `update request set filed = now()`,
    'delete from request',
    `update permission_grant set expires = now() + interval '1 year'`,
    `update permission_grant set requester_id = 'P'`,
    'delete from permission_grant',
    `update credential set expires = now() + interval '1 year'`,
    `update credential set jkt = 'x'`,
    `update grant_scope set action = 'x'`,
    `update mandate set expires = now()`,
    `update signing_key set public_jwk = '{}'`,
    `update notice set says = 'x'`,
    `update webhook set origin = 'x'`,
    `update delivery set says = 'x'`,
    'delete from signing_key',
    `update sign_in set person_id = 'P'`,
    `update person set issuer = 'x'`,
    `update role_holding set role = 'administrator'`,
    `update group_member set person_id = 'P'`,
    'insert into _prisma_migrations (id, checksum, migration_name, applied_steps_count) values (1, 1, 1, 1)',
    'delete from _prisma_migrations',
  ],
  reader: [
    ...ON_SCHEMA,
    ...CHANGES,
    'select sealed from signing_key',
    'select * from signing_key',
    'select salt from trail_text',
    'select * from trail_text',
    'select * from signing_nonce',
    'select * from used_once',
    'select * from workload_pin',
    'select * from setup_link',
    'select * from rate_count',
    'select sealed from webhook',
    'select * from notice',
    'set default_transaction_read_only = off; insert into tenant (id, slug, name) values (1, 1, 1)',
    `set default_transaction_read_only = off; update permission_grant set state = 'live'`,
    `set default_transaction_read_only = off; insert into trail_event (leaf) values (0)`,
  ],
}

describe('A48: refused', () => {
  for (const [account, statements] of Object.entries(FORBIDDEN) as [Account, readonly string[]][])
    for (const statement of statements)
      test(`to the ${account}: ${statement}`, async () => {
        await expect(asked(server.urlOf(account), statement)).rejects.toThrow(DENIED)
      })
})

test('the reader reads the trail and what it is about, and has no other way in', async () => {
  const url = server.urlOf('reader')
  expect((await asked(url, 'select leaf, entry from trail_event limit 1')).length).toBe(1)
  expect((await asked(url, 'select leaf, name, text from trail_text limit 1')).length).toBe(1)
  expect((await asked(url, 'select kid, public_jwk from signing_key limit 1')).length).toBe(1)
  await expect(asked(url, 'insert into tenant (id, slug, name) values (1, 1, 1)')).rejects.toThrow(DENIED)
})

test('every table has its line: a new one is closed until somebody decides', async () => {
  const rights = await readFile('prisma/rights.sql', 'utf8')
  const rows = await asked(
    server.administrator,
    `select relname from pg_class where relkind in ('r', 'p')
    and relnamespace = 'public'::regnamespace order by relname`,
  )
  const unnamed = rows
    .map(({ relname }) => String(relname))
    .filter((name) => !new RegExp(`\\b${name}\\b`).test(rights))
  expect(unnamed).toEqual([])
})
