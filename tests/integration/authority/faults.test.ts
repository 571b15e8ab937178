import { expect, test } from 'vitest'
import { commit } from '@/lib/data/commit'
import { database, pool } from '@/lib/data/database'
import { endGrantRow } from '@/lib/data/write-grants'
import type { GrantId } from '@/lib/domain/ids'
import { done } from '@/lib/domain/result'
import { introspect, refusalOf } from '@/tests/harness/authority'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

withAuthority()

const exchange = (mandate: string) => agent.exchange({ mandate, resource: SERVERS.tickets })
const AWAY = { status: 503, error: 'temporarily_unavailable', reason: 'unavailable' }

const BREAK = `
  create function no_more() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$;
  create trigger no_more before insert on trail_event for each row execute function no_more();`
const MEND = 'drop trigger no_more on trail_event; drop function no_more();'

test('A49: when the event cannot be written nothing is issued, answered or ended', async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token: token } = await exchange(mandate)
  await pool().query(BREAK)
  expect(await refusalOf(exchange(mandate))).toMatchObject(AWAY)
  const asked = { as: 'tickets', identifier: SERVERS.tickets, token } as const
  expect(await refusalOf(introspect(world, authority.issuer, asked))).toMatchObject(AWAY)
  const complete = await agent.call('POST', `/grants/${grantId}/complete`)
  expect(complete.status).toBe(503)
  await pool().query(MEND)
  expect(await database().credential.count({ where: { grantId } })).toBe(1)
  expect(await database().decision.count({ where: { grantId } })).toBe(1)
  expect((await database().grant.findUniqueOrThrow({ where: { id: grantId } })).state).toBe('live')
  expect((await exchange(mandate)).expires_in).toBe(300)
})

test('one event that cannot be written takes no neighbour with it', async () => {
  const [spoilt, ...fine] = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const { grantId } = await grantTask(world)
      return { grantId, mandate: await agent.mandateOf(grantId) }
    }),
  )
  if (!spoilt) throw new Error('There is no grant.')
  await pool().query(`
    create function not_this() returns trigger language plpgsql as $$ begin
      if new.grant_id = '${spoilt.grantId}' then raise exception 'not this'; end if; return new; end $$;
    create trigger not_this before insert on trail_event for each row execute function not_this();`)
  const [refused, ...tokens] = await Promise.all([
    refusalOf(exchange(spoilt.mandate)),
    ...fine.map(({ mandate }) => exchange(mandate)),
  ])
  expect(refused).toMatchObject(AWAY)
  expect(tokens).toHaveLength(5)
  await pool().query('drop trigger not_this on trail_event; drop function not_this();')
})

test('without a policy in force there is no token, and it is not ready', async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const [inForce] = await database().policyInForce.findMany()
  if (!inForce) throw new Error('No policy set is in force.')
  await database().policyInForce.deleteMany()
  expect(await refusalOf(exchange(mandate))).toMatchObject(AWAY)
  expect((await fetch(`${authority.issuer}/readyz`)).status).toBe(503)
  expect((await fetch(`${authority.issuer}/healthz`)).status).toBe(200)
  await database().policyInForce.create({ data: inForce })
  expect((await exchange(mandate)).expires_in).toBe(300)
  expect(JSON.stringify(authority.faults.map(String))).not.toContain('eyJ')
})

const revoke = (grantId: GrantId, requestId: string) => {
  const end = {
    state: 'revoked',
    ended: new Date(),
    endedBy: world.people.requester,
    endReason: null,
  } as const
  const event = { type: 'grant.revoked', outcome: 'done', grantId, requestId } as never
  return commit({ via: 'console' }, done(null, event), (tx) => endGrantRow(tx, grantId, end))
}

// The trail gives every event its place in the transaction that writes it, so its order is the order of commits.
const LATE = `select count(*)::int as late from trail_event r
  join trail_event i on i.grant_id = r.grant_id and i.leaf > r.leaf
  where r.type = 'grant.revoked' and (i.type = 'credential.issued' or (i.type = 'credential.asked' and i.outcome = 'allowed'))`

test('A18: a revocation that has committed is never followed by an issue', async () => {
  let issued = 0
  for (let round = 0; round < 25; round += 1) {
    const { grantId, requestId } = await grantTask(world)
    const mandate = await agent.mandateOf(grantId)
    // In the first round it is revoked before anybody asks; in each odd one after the first was answered.
    const early = round === 0 ? await revoke(grantId, requestId) : null
    const asks = Array.from({ length: 4 }, () =>
      exchange(mandate).then(
        () => 1,
        () => 0,
      ),
    )
    const pause = new Promise<void>((resolve) => setImmediate(resolve))
    const ended = pause
      .then(() => Promise.race(round % 2 ? [asks[0]] : [null]))
      .then(() => early ?? revoke(grantId, requestId))
    issued += (await Promise.all(asks)).filter((one) => one === 1).length
    expect((await ended).ok).toBe(true)
  }
  const { rows } = await pool().query<{ late: number }>(LATE)
  expect(rows[0]?.late).toBe(0)
  expect(issued).toBeGreaterThan(0)
  expect(issued).toBeLessThan(100)
})
