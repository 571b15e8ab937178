import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import { reachKey } from '@/lib/domain/reach'
import { chooseNotices } from '@/lib/usecases/notices/choose-notices'
import { deliverDue } from '@/lib/usecases/notices/deliver-due'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { actOf, yes } from '@/tests/harness/demo'
import { type PasswordWorld, passwordWorld } from '@/tests/integration/passwords/world'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })

let world: PasswordWorld
let requester: Actor
let approver: Actor
const SECONDS = 1000
const MINUTES = 60 * SECONDS

const addressOf = ({ subject }: Actor) => `${subject}@people.example`

beforeAll(async () => {
  world = await passwordWorld()
  requester = await world.demo.actor('requester')
  approver = await world.demo.actor('approver')
  for (const actor of [requester, approver])
    await pool().query(
      `insert into password (person_id, email, hash, changed) values ($1, $2, 'none', now())`,
      [actor.personId, addressOf(actor)],
    )
})
afterAll(() => world.dispose())

const later = async (ms: number) => new Date((await databaseNow()).getTime() + ms)

/** Tells what happened and sends what is due, so much later. */
async function tellAt(ms: number): Promise<void> {
  while ((await noteNotices('one')).isMore);
  while ((await deliverDue('one', await later(ms))).isMore);
}

const headersOf = (raw: string) => raw.slice(0, raw.indexOf('\r\n\r\n'))

const stateOf = async (actor: Actor) =>
  (
    await pool().query<{ state: string; attempts: number; failure: string | null; status: number | null }>(
      `select state, attempts, failure, status from delivery where target = $1 order by leaf desc limit 1`,
      [actor.personId],
    )
  ).rows[0]

describe('mail', () => {
  test('tells who may sign in plain text, with a link to the page of this console and nothing else', async () => {
    const id = await world.demo.file('rotate-a-production-secret', requester)
    await tellAt(0)
    const { raw, text } = await world.mail.next(addressOf(approver))
    expect(raw).toContain(`Subject: A request waits for your signature: ${id}`)
    expect(headersOf(raw)).toMatch(/Content-Type: text\/plain/)
    expect(raw).not.toContain('text/html')
    expect(text.match(/https?:\/\/\S+/g)).toEqual([
      `http://localhost:3000/requests/${id}`,
      'http://localhost:3000/settings.',
    ])
    // What a person typed is read on the page.
    expect(text).not.toContain('nine days')
    expect(await stateOf(approver)).toEqual({
      ...{ state: 'delivered', attempts: 1, failure: null, status: null },
    })
  })

  test('A50: an address that holds a line break adds no header and no recipient', async () => {
    const owner = await world.demo.actor('second-approver')
    await pool().query(
      `insert into password (person_id, email, hash, changed) values ($1, $2, 'none', now())`,
      [owner.personId, 'sly@people.example\r\nBcc: victim@people.example\r\nX-Sly: 1'],
    )
    await world.demo.file('rotate-a-production-secret', requester)
    await tellAt(0)
    const { raw } = await world.mail.next(addressOf(approver))
    expect(headersOf(raw)).not.toMatch(/^(Bcc|X-Sly):/im)
    const left = await pool().query('select 1 from delivery where target = $1', [owner.personId])
    expect(left.rows.length).toBeGreaterThan(0)
    await pool().query('delete from password where person_id = $1', [owner.personId])
    expect(world.mail.unread()).toBeLessThanOrEqual(1)
  })

  test('F8: a mail server that takes nothing for an hour holds up no act, and hears everything afterwards', async () => {
    await tellAt(0)
    world.mail.refuse(true)
    const id = await world.demo.file('resolve-a-refund-ticket', requester)
    yes(await world.demo.deny(approver, id, 'Not today.'))
    const again = await world.demo.file('resolve-a-refund-ticket', requester)
    await tellAt(0)
    for (const at of [1, 5, 15, 30, 45, 60]) await tellAt(at * MINUTES)
    const { attempts = 0, ...held } = (await stateOf(approver)) ?? {}
    expect(held).toEqual({ state: 'waiting', failure: 'mail', status: 550 })
    expect(attempts).toBeGreaterThan(3)
    expect(attempts).toBeLessThan(8)
    world.mail.refuse(false)
    await tellAt(100 * MINUTES)
    expect((await world.mail.next(addressOf(requester))).text).toContain(`Request ${id} of`)
    expect((await world.mail.next(addressOf(approver))).text).toContain(`Request ${again} of`)
    expect(await stateOf(approver)).toMatchObject({ state: 'delivered', failure: null })
  })

  test('reaches nobody who does not want it, and nobody who is disabled when it leaves', async () => {
    yes(await chooseNotices(approver, actOf(approver), { on: [reachKey('app', 'waits')] }))
    await world.demo.file('rotate-a-production-secret', requester)
    await tellAt(0)
    yes(
      await chooseNotices(approver, actOf(approver), {
        on: [reachKey('app', 'waits'), reachKey('mail', 'waits')],
      }),
    )
    await world.demo.file('rotate-a-production-secret', requester)
    while ((await noteNotices('one')).isMore);
    await pool().query('update person set disabled = now() where id = $1', [approver.personId])
    const unread = world.mail.unread()
    await tellAt(0)
    expect(world.mail.unread()).toBe(unread)
    await pool().query('update person set disabled = null where id = $1', [approver.personId])
  })

  test('is given up after three days, which leaves an entry', async () => {
    world.mail.refuse(true)
    await world.demo.file('rotate-a-production-secret', requester)
    await tellAt(0)
    await tellAt(73 * 60 * MINUTES)
    expect(await stateOf(approver)).toMatchObject({ state: 'given_up', failure: 'mail' })
    const { rows } = await pool().query(`select entry from trail_event where type = 'mail.failed'`)
    expect(rows).toHaveLength(1)
    expect(rows[0]?.entry).not.toContain('@')
    world.mail.refuse(false)
  })
})

test('two that send at once hand in each mail once', async () => {
  while ((await noteNotices('one')).isMore);
  await world.demo.file('rotate-a-production-secret', requester)
  while ((await noteNotices('one')).isMore);
  const now = await later(0)
  const unread = world.mail.unread()
  // Under one name both believe that the lease is theirs.
  await Promise.all([deliverDue('both', now), deliverDue('both', now)])
  await pool().query(`update lease set until = now() - interval '1 second'`)
  await Promise.all([deliverDue('both', now), deliverDue('both', now), deliverDue('both', now)])
  expect(world.mail.unread()).toBe(unread + 1)
})
