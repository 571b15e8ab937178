import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { listServers } from '@/lib/data/servers'
import type { Actor } from '@/lib/domain/access'
import type { ProposalId } from '@/lib/domain/ids'
import { serverImpact } from '@/lib/usecases/facts/server-impact'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { previewRequest } from '@/lib/usecases/requests/preview-request'
import { ProposeServer, proposeServer } from '@/lib/usecases/servers/propose-server'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { addSomebody } from '@/tests/harness/stages'

let db: FreshDatabase | undefined
let demo: DemoPeople
let first: Actor

beforeEach(async () => {
  await db?.dispose()
  db = await freshDatabase()
  demo = await demoWorld()
  first = await demo.actor('administrator')
})
afterAll(() => db?.dispose())

const propose = (by: Actor, form: object) => proposeServer(by, actOf(by), ProposeServer.parse(form))
const activate = (by: Actor, proposalId: ProposalId, shown: number) =>
  activateProposal(by, actOf(by), { proposalId, shown })
const second = () => addSomebody(first.tenantId, 'second', { roles: ['administrator'] })

async function serverOf(type: string) {
  const server = (await listServers(first.tenantId)).find((one) => one.type === type)
  if (!server) throw new Error(`There is no server of type ${type}.`)
  return server
}

async function reading() {
  const server = await serverOf('ticket')
  const scope = server.scopes.find(({ action }) => action === 'ticket:read')
  if (!scope) throw new Error('Nothing reads tickets.')
  const more = { serverId: server.id, scopeId: scope.id, dataDomain: scope.dataDomain, minutes: '60' }
  return { server, scope, form: { kind: 'scope.set', ...more, sensitivity: '3' } }
}

async function newest(count: number) {
  const { rows } = await pool().query<{ type: string; entry: string }>(
    'select type, entry from trail_event order by leaf desc limit $1',
    [count],
  )
  return rows.map(({ type, entry }) => ({ type, data: JSON.parse(entry).data as Record<string, unknown> }))
}

async function keyText() {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  return JSON.stringify(await exportJWK(publicKey))
}

describe('the classification of a scope', () => {
  test('waits for a second administrator, counts for what is filed then, and not for what was', async () => {
    const requester = await demo.actor('requester')
    const filed = await demo.file('summarise-a-ticket', requester)
    const { scope, form } = await reading()
    const other = await second()
    const { proposalId, state } = yes(await propose(first, form))
    expect(state).toBe('open')
    expect((await reading()).scope).toEqual(scope)
    expect(no(await propose(first, form))).toBe('already_proposed')
    expect(no(await activate(first, proposalId, 1))).toBe('own_proposal')
    yes(await activate(other, proposalId, 1))
    expect((await reading()).scope).toMatchObject({ sensitivity: 3, maxSeconds: 3600 })
    const kept = await database().grantScope.findFirstOrThrow({ where: { grant: { requestId: filed } } })
    expect(kept.sensitivity).toBe(scope.sensitivity)
    const later = await demo.file('summarise-a-ticket', requester)
    const asked = await database().requestScope.findFirstOrThrow({
      where: { requestId: later, scopeId: scope.id },
    })
    expect(asked.sensitivity).toBe(3)
    const types = (await newest(20)).map(({ type }) => type)
    expect(types).toContain('scope.changed')
    expect(types).toContain('proposal.activated')
  })

  test('says before it is activated whom it touches and what policy would say', async () => {
    await demo.file('summarise-a-ticket', await demo.actor('requester'))
    const { scope, server } = await reading()
    const change = {
      ...{ kind: 'scope.set' as const, serverId: server.id, scopeId: scope.id },
      ...{ sensitivity: 1 as const, dataDomain: scope.dataDomain, maxSeconds: 60 },
    }
    const words = await serverImpact(first, change, await databaseNow())
    expect(words[0]).toContain('0 waiting requests and 1 live grant keep')
    expect(words).toContain('Template Summarise a ticket: allowed at once now, refused by policy then.')
    const preview = await previewRequest(await demo.actor('requester'), demo.form('summarise-a-ticket'))
    expect(yes(preview).verdict).toBe('allowed')
  })

  test('says before it is retired how much names it', async () => {
    await demo.file('summarise-a-ticket', await demo.actor('requester'))
    const { scope, server } = await reading()
    const change = { kind: 'scope.retire' as const, serverId: server.id, scopeId: scope.id }
    const words = await serverImpact(first, change, await databaseNow())
    expect(words[0]).toMatch(
      /^[1-9]\d* templates?, \d+ polic(y|ies), 0 waiting requests and 1 live grant name it\.$/,
    )
    expect(words.join(' ')).toContain('Live grants lose it at once')
    const whole = { kind: 'server.remove' as const, serverId: server.id }
    expect((await serverImpact(first, whole, await databaseNow()))[0]).toContain(
      '1 live grant name it or its',
    )
  })

  test('takes one step where there is one administrator, and the trail says so', async () => {
    const { form, scope } = await reading()
    expect(yes(await propose(first, form)).state).toBe('activated')
    expect((await newest(1))[0]).toMatchObject({
      type: 'scope.changed',
      data: { scopeId: scope.id, sensitivity: 3, single_administrator: true },
    })
    expect(no(await propose(first, form))).toBe('nothing_to_change')
  })

  test('activated twenty times at once changes once', async () => {
    const { form } = await reading()
    const other = await second()
    const { proposalId } = yes(await propose(first, form))
    const answers = await Promise.all(Array.from({ length: 20 }, () => activate(other, proposalId, 1)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await database().resourceServer.count({ where: { type: 'ticket', rev: 2 } })).toBe(1)
  })

  test('is nobody else’s to propose, and the attempt stays in the trail', async () => {
    const { form } = await reading()
    for (const persona of ['requester', 'approver', 'compliance-officer'] as const)
      expect(no(await propose(await demo.actor(persona), form))).toBe('not_allowed')
    expect((await newest(3)).map(({ type }) => type)).toEqual(Array(3).fill('act.refused'))
  })
})

describe('a resource server', () => {
  const NEW = {
    ...{ kind: 'server.add', name: 'Wiki', identifier: 'https://wiki.example', type: 'ticket' },
    checks: 'asking',
  }

  test('is registered with its key, offers a scope, and that can be asked for', async () => {
    expect(no(await propose(first, NEW))).toBe('invalid')
    yes(await propose(first, { ...NEW, key: await keyText() }))
    const server = (await listServers(first.tenantId)).find(({ name }) => name === 'Wiki')
    expect(server).toMatchObject({ identifier: NEW.identifier, asksOnline: true, check: 'introspection' })
    const scope = { kind: 'scope.add', serverId: server?.id, action: 'ticket:read', sensitivity: '1' }
    const more = { dataDomain: 'support-cases', minutes: '30' }
    expect(no(await propose(first, { ...scope, ...more, resource: 'https://other.example/p' }))).toBe(
      'invalid',
    )
    const asked = { ...scope, ...more, resource: 'https://wiki.example/p/1' }
    expect(no(await propose(first, { ...asked, action: 'wiki:burn' }))).toBe('invalid')
    yes(await propose(first, asked))
    expect(no(await propose(first, asked))).toBe('scope_exists')
    const offered = (await listServers(first.tenantId)).find(({ name }) => name === 'Wiki')?.scopes[0]
    const form = { ...demo.form('summarise-a-ticket'), scopeIds: offered ? [offered.id] : [] }
    const preview = yes(await previewRequest(await demo.actor('requester'), form))
    expect(preview.scopes).toMatchObject([{ resource: 'https://wiki.example/p/1', verdict: 'allowed' }])
    expect(no(await propose(first, { ...NEW, key: await keyText() }))).toBe('server_exists')
  })

  test('never stands at our own door', async () => {
    const { settings } = await import('@/lib/usecases/facts/settings')
    for (const identifier of [settings().issuer, `${settings().issuer}/x`])
      expect(no(await propose(first, { ...NEW, identifier, checks: 'offline' }))).toBe('invalid')
  })

  test('checks in another way and with another key, and keeps the key where none is given', async () => {
    const server = await serverOf('secret')
    const form = { kind: 'server.set', serverId: server.id }
    yes(await propose(first, { ...form, checks: 'introspection' }))
    const { clientJwk } = server
    expect(await serverOf('secret')).toMatchObject({ asksOnline: false, check: 'introspection', clientJwk })
    const key = await keyText()
    yes(await propose(first, { ...form, checks: 'offline', key }))
    expect(await serverOf('secret')).toMatchObject({ check: 'offline', clientJwk: JSON.parse(key) })
    const [changed] = await newest(1)
    expect(changed).toMatchObject({ type: 'server.changed', data: { serverId: server.id } })
    expect(JSON.stringify(changed)).not.toContain(JSON.parse(key).x)
  })

  test('takes no private key', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true })
    const key = JSON.stringify(await exportJWK(privateKey))
    expect(no(await propose(first, { ...NEW, key }))).toBe('invalid')
  })
})
