import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { listDeliveries } from '@/lib/data/delivery-log'
import { listNotices } from '@/lib/data/notices'
import type { Actor } from '@/lib/domain/access'
import type { RequestId, WebhookId } from '@/lib/domain/ids'
import { ALL_KINDS } from '@/lib/domain/notice'
import { deliverDue } from '@/lib/usecases/notices/deliver-due'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { rejectProposal } from '@/lib/usecases/proposals/reject-proposal'
import { AddWebhook, addWebhook } from '@/lib/usecases/webhooks/add-webhook'
import { removeWebhook } from '@/lib/usecases/webhooks/remove-webhook'
import { replayDelivery } from '@/lib/usecases/webhooks/replay-delivery'
import { resumeWebhook } from '@/lib/usecases/webhooks/resume-webhook'
import { testWebhook } from '@/lib/usecases/webhooks/test-webhook'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { type Receiver, startReceiver } from '@/tests/harness/receiver'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let db: FreshDatabase
let demo: DemoPeople
let receiver: Receiver
let requester: Actor
let approver: Actor
let administrator: Actor
let webhookId: WebhookId
const SEEDS = 'whsec_|/told/very-secret'
const MINUTES = 60_000
const HOURS = 60 * MINUTES

beforeAll(async () => {
  Object.assign(process.env, { COUNTERSIGN_EGRESS_PRIVATE: '127.0.0.1', COUNTERSIGN_DEMO: '0' })
  db = await freshDatabase()
  demo = await demoWorld()
  receiver = await startReceiver()
  requester = await demo.actor('requester')
  approver = await demo.actor('approver')
  administrator = await demo.actor('administrator')
})
afterAll(async () => {
  await receiver.stop()
  await db.dispose()
})

async function tellAt(ms: number): Promise<void> {
  while ((await noteNotices('one')).isMore);
  const at = new Date((await databaseNow()).getTime() + ms)
  while ((await deliverDue('one', at)).isMore);
}

const Body = z.object({
  type: z.string(),
  data: z.object({ request: z.string().nullable(), url: z.string() }),
})
const told = () => receiver.received.map(({ body }) => Body.parse(JSON.parse(body)))
const toldOf = (id: RequestId) =>
  told()
    .filter(({ data }) => data.request === id)
    .map(({ type }) => type)

const input = (more: object = {}) =>
  AddWebhook.parse({
    url: `${receiver.url}/told/very-secret`,
    form: 'standard',
    kinds: [...ALL_KINDS],
    ...more,
  })

const add = (by: Actor, more: object = {}) => addWebhook(by, actOf(by), input(more))
const logOf = (id: WebhookId) => listDeliveries(administrator.tenantId, id, 50)

describe('adding an address', () => {
  test('by the only administrator takes effect at once, is marked so, and shows its secret this once', async () => {
    const added = yes(await add(administrator))
    expect(added.state).toBe('activated')
    expect(added.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    receiver.trust(added.secret ?? '')
    webhookId = added.webhookId
    const { rows } = await pool().query<{ type: string; entry: string }>(
      `select type, entry from trail_event order by leaf desc limit 2`,
    )
    expect(rows.map(({ type }) => type)).toEqual(['webhook.added', 'proposal.activated'])
    for (const { entry } of rows) expect(entry).toContain('"single_administrator":true')
  })

  test('A51: neither address nor secret stands anywhere in the clear', async () => {
    const { rows: tables } = await pool().query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public'`,
    )
    for (const { name } of tables) {
      const { rows } = await pool().query(`select t::text from "${name}" t where t::text ~ $1`, [SEEDS])
      expect({ name, rows }).toEqual({ name, rows: [] })
    }
  })

  test.each(['requester', 'approver', 'compliance-officer'] as const)(
    'A54: by the %s is refused and leaves a trace',
    async (persona) => {
      const actor = await demo.actor(persona)
      expect(no(await add(actor))).toBe('not_allowed')
      const { rows } = await pool().query(
        `select type, human_id, entry::json -> 'data' as data from trail_event order by leaf desc limit 1`,
      )
      const data = { act: 'webhook.add', reason: 'not_allowed' }
      expect(rows).toEqual([{ type: 'act.refused', human_id: actor.personId, data }])
    },
  )

  test.each([
    'http://169.254.169.254/latest',
    'https://10.0.0.7/x',
    'https://[fe80::1]/x',
    'https://[::ffff:10.0.0.7]/x',
    'https://2130706434/x',
  ])('A40: %s is refused at once', async (url) => {
    expect(no(await add(administrator, { url }))).toBe('invalid')
  })

  test.each([
    'ftp://hooks.example/x',
    'https://user:secret@hooks.example/x',
    'javascript:alert(1)',
    'https://',
  ])('%s is no address', (url) => {
    expect(() => input({ url })).toThrow()
  })
})

describe('delivering', () => {
  test('everything once, in order, signed, with links to pages only', async () => {
    const id = await demo.file('resolve-a-refund-ticket', requester)
    await tellAt(0)
    yes(await demo.deny(approver, id, 'Not today.'))
    await tellAt(0)
    await tellAt(0)
    expect(toldOf(id)).toEqual(['waits', 'answered'])
    expect(receiver.received.every(({ isSigned }) => isSigned)).toBe(true)
    for (const { data } of told())
      expect(data.url).toMatch(/^http:\/\/localhost:3000\/(requests\/R-\w+|settings)$/)
    expect(JSON.stringify(receiver.received)).not.toContain('Not today')
    const now = (await databaseNow()).getTime() / 1000
    for (const { timestamp } of receiver.received) expect(Math.abs(timestamp - now)).toBeLessThan(60)
  })

  test('F8: a receiver that is down for an hour holds up no act, and hears everything afterwards, in order', async () => {
    receiver.open(false)
    const before = receiver.received.length
    const ids = [
      await demo.file('resolve-a-refund-ticket', requester),
      await demo.file('resolve-a-refund-ticket', requester),
    ]
    await tellAt(0)
    for (const id of ids) yes(await demo.deny(approver, id, 'No.'))
    for (const at of [0, 1, 10, 20, 40, 60]) await tellAt(at * MINUTES)
    expect(receiver.received.length).toBe(before)
    const held = await logOf(webhookId)
    expect(held.filter(({ state }) => state === 'waiting')).toHaveLength(4)
    expect(held[0]).toMatchObject({ state: 'waiting' })
    expect(held.some(({ status, failure }) => status === 503 && failure === 'answer')).toBe(true)
    receiver.open(true)
    for (const at of [120, 180, 240, 300]) await tellAt(at * MINUTES)
    for (const id of ids) expect(toldOf(id)).toEqual(['waits', 'answered'])
    expect((await logOf(webhookId)).every(({ state }) => state === 'delivered')).toBe(true)
  })

  test('two that deliver at once send each once', async () => {
    const id = await demo.file('rotate-a-production-secret', requester)
    while ((await noteNotices('one')).isMore);
    const now = await databaseNow()
    await Promise.all([deliverDue('both', now), deliverDue('both', now), deliverDue('both', now)])
    await pool().query(`update lease set until = now() - interval '1 second'`)
    await Promise.all([deliverDue('both', now), deliverDue('both', now)])
    await tellAt(0)
    expect(toldOf(id)).toEqual(['waits'])
  })

  test('a test, and a replay under the same id', async () => {
    const { deliveryId } = yes(await testWebhook(administrator, actOf(administrator), { webhookId }))
    await pool().query(`update lease set until = now() - interval '1 second'`)
    await tellAt(0)
    yes(await replayDelivery(administrator, actOf(administrator), { deliveryId }))
    expect(no(await replayDelivery(administrator, actOf(administrator), { deliveryId }))).toBe(
      'still_on_its_way',
    )
    await tellAt(0)
    const same = receiver.received.filter(({ id }) => id === deliveryId)
    expect(same.map(({ isSigned }) => isSigned)).toEqual([true, true])
  })
})

describe('a receiver that takes nothing for a day', () => {
  test('is suspended, administrators are told, and it is told nothing until it is resumed', async () => {
    receiver.open(false)
    await demo.file('rotate-a-production-secret', requester)
    await tellAt(0)
    for (let hours = 1; hours <= 25; hours += 1) await tellAt(hours * HOURS)
    while ((await noteNotices('one')).isMore);
    expect((await listNotices(administrator.personId)).rows[0]).toMatchObject({ kind: 'webhook' })
    const [last] = await logOf(webhookId)
    expect(last).toMatchObject({ state: 'waiting', failure: 'answer' })
    receiver.open(true)
    await tellAt(30 * HOURS)
    expect((await logOf(webhookId))[0]).toMatchObject({ state: 'waiting' })
    expect(no(await testWebhook(administrator, actOf(administrator), { webhookId }))).toBe(
      'webhook_suspended',
    )
    yes(await resumeWebhook(administrator, actOf(administrator), { webhookId }))
    expect(no(await resumeWebhook(administrator, actOf(administrator), { webhookId }))).toBe('not_suspended')
    await tellAt(0)
    expect((await logOf(webhookId))[0]).toMatchObject({ state: 'delivered' })
  })
})

test('a message for Slack is escaped, unsigned, and has nothing to press', async () => {
  const added = yes(await add(administrator, { form: 'slack', url: `${receiver.url}/services/slack` }))
  expect(added.secret).toBeNull()
  const id = await demo.file('rotate-a-production-secret', requester)
  await tellAt(0)
  const { body } = receiver.received.find(({ id: of }) => of === '') ?? { body: '{}' }
  const { text, blocks } = JSON.parse(body)
  expect(text).toContain(id)
  expect(blocks.map(({ type }: { type: string }) => type)).toEqual(['section', 'context'])
  expect(body).toContain(`<http://localhost:3000/requests/${id}|Open the page>`)
  expect(body).not.toMatch(/"(button|actions|input)"/)
  yes(await removeWebhook(administrator, actOf(administrator), { webhookId: added.webhookId }))
})

describe('with a second administrator', () => {
  let second: Actor
  beforeAll(async () => {
    second = await demo.actor('second-approver')
    await pool().query(`insert into role_holding values ($1, $2, 'administrator', 'setup')`, [
      second.personId,
      second.tenantId,
    ])
    second = await demo.actor('second-approver')
  })

  const lastProposal = async () =>
    (await pool().query(`select id from proposal order by proposed desc, id desc limit 1`)).rows[0]?.id

  test('an address is told nothing before the other one has activated it', async () => {
    const added = yes(await add(administrator))
    expect(added.state).toBe('open')
    const answer = { proposalId: await lastProposal(), shown: 1 }
    expect(no(await testWebhook(administrator, actOf(administrator), { webhookId: added.webhookId }))).toBe(
      'not_found',
    )
    await demo.file('rotate-a-production-secret', requester)
    await tellAt(0)
    expect(await logOf(added.webhookId)).toEqual([])
    expect(no(await activateProposal(administrator, actOf(administrator), answer))).toBe('own_proposal')
    yes(await activateProposal(second, actOf(second), answer))
    receiver.trust(added.secret ?? '')
    yes(await testWebhook(administrator, actOf(administrator), { webhookId: added.webhookId }))
    await tellAt(0)
    expect((await logOf(added.webhookId))[0]).toMatchObject({ kind: 'test', state: 'delivered' })
    yes(await removeWebhook(second, actOf(second), { webhookId: added.webhookId }))
    await demo.file('rotate-a-production-secret', requester)
    await tellAt(0)
    expect(await logOf(added.webhookId)).toHaveLength(1)
  })

  test('one that is rejected, or that was swapped meanwhile, never is', async () => {
    const rejected = yes(await add(administrator))
    yes(await rejectProposal(second, actOf(second), { proposalId: await lastProposal() }))
    const swapped = yes(await add(administrator))
    await pool().query(`update webhook set digest = 'another' where id = $1`, [swapped.webhookId])
    const answer = { proposalId: await lastProposal(), shown: 1 }
    expect(no(await activateProposal(second, actOf(second), answer))).toBe('not_found')
    for (const one of [rejected, swapped])
      expect(no(await testWebhook(second, actOf(second), { webhookId: one.webhookId }))).toBe('not_found')
  })
})
