import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { findAuthorityRows, findServerClient } from '@/lib/data/authority-callers'
import { database, pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { ProposalId, ResourceServerId } from '@/lib/domain/ids'
import { hashOfSecret, isClientSecret } from '@/lib/identity/client-secret'
import { oldSecretOf } from '@/lib/usecases/facts/server-caller'
import { activateProposal } from '@/lib/usecases/proposals/activate-proposal'
import { EndServerSecret, endServerSecret } from '@/lib/usecases/servers/end-server-secret'
import { ProposeServer, proposeServer } from '@/lib/usecases/servers/propose-server'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, no, yes } from '@/tests/harness/demo'
import { wholeDatabase } from '@/tests/harness/planted'
import { addSomebody } from '@/tests/harness/stages'

let db: FreshDatabase | undefined
let demo: DemoPeople
let first: Actor
let other: Actor
let serverId: ResourceServerId
let identifier: string

beforeEach(async () => {
  await db?.dispose()
  db = await freshDatabase()
  demo = await demoWorld()
  first = await demo.actor('administrator')
  other = await addSomebody(first.tenantId, 'second', { roles: ['administrator'] })
  const server = demo.world.servers.find(({ clientJwk }) => clientJwk)
  if (!server) throw new Error('No server has a key.')
  serverId = server.id
  identifier = server.identifier
})
afterAll(() => db?.dispose())

const propose = (form: object, by = first) => proposeServer(by, actOf(by), ProposeServer.parse(form))
const end = (which: string, by = first) =>
  endServerSecret(by, actOf(by), EndServerSecret.parse({ serverId, which }))

async function activate(proposalId: ProposalId, by = other) {
  const { rev } = await database().resourceServer.findUniqueOrThrow({ where: { id: serverId } })
  return activateProposal(by, actOf(by), { proposalId, shown: rev })
}

/** Proposed by one, activated by the other: the secret as it was shown. */
async function agreed(form: object): Promise<string> {
  const { proposalId, secret } = yes(await propose({ serverId, ...form }))
  if (!secret) throw new Error('No secret was shown.')
  yes(await activate(proposalId))
  return secret
}

async function serverNow() {
  const { now, groundsRev } = await findAuthorityRows()
  const server = await findServerClient(identifier, groundsRev)
  if (!server) throw new Error('The server is gone.')
  return { server, secrets: [server.secretHash, oldSecretOf(server, now)] }
}

/** Whether the authority takes a secret of this server now. */
const serves = async (secret: string): Promise<boolean> =>
  isClientSecret(hashOfSecret(secret), (await serverNow()).secrets)

async function newestOf(type: string) {
  const rows = await database().trailEvent.findMany({ where: { type }, orderBy: { leaf: 'desc' }, take: 1 })
  return JSON.parse(rows[0]?.entry ?? '{}').data
}

describe('a client secret', () => {
  test('is shown to who proposes it, works when a second administrator agrees, and takes the key away', async () => {
    const { proposalId, secret, state } = yes(await propose({ kind: 'secret.make', serverId }))
    expect([state, secret]).toEqual(['open', expect.stringMatching(/^countersign_secret_[\w-]{43}$/)])
    expect(await serves(secret ?? '')).toBe(false)
    expect(no(await activate(proposalId, first))).toBe('own_proposal')
    yes(await activate(proposalId))
    expect(await serves(secret ?? '')).toBe(true)
    expect((await serverNow()).server).toMatchObject({ clientJwk: null, oldSecretHash: null })
    expect(await newestOf('server.secret_made')).toMatchObject({
      serverId,
      after: expect.stringMatching(/^client secret .{8}$/),
    })
    expect(no(await propose({ kind: 'secret.make', serverId }))).toBe('secret_exists')
    expect(await wholeDatabase(async (sql) => (await pool().query(sql)).rows)).not.toContain(secret)
  })

  test('is rotated with the one before beside it, and there are never more than two', async () => {
    expect(no(await propose({ kind: 'secret.rotate', serverId, keepSeconds: '86400' }))).toBe(
      'secret_missing',
    )
    const made = await agreed({ kind: 'secret.make' })
    const second = await agreed({ kind: 'secret.rotate', keepSeconds: '86400' })
    expect([await serves(made), await serves(second)]).toEqual([true, true])
    const third = await agreed({ kind: 'secret.rotate', keepSeconds: '3600' })
    expect([await serves(made), await serves(second), await serves(third)]).toEqual([false, true, true])
    const fourth = await agreed({ kind: 'secret.rotate', keepSeconds: '0' })
    expect([await serves(second), await serves(third), await serves(fourth)]).toEqual([false, false, true])
    expect(await newestOf('server.secret_rotated')).toMatchObject({ serverId, keepSeconds: 0 })
  })

  test('that was before ends when its time is over, by the clock of the database', async () => {
    const made = await agreed({ kind: 'secret.make' })
    const second = await agreed({ kind: 'secret.rotate', keepSeconds: '3600' })
    await pool().query(`update resource_server set old_secret_ends = now() where id = $1`, [serverId])
    expect([await serves(made), await serves(second)]).toEqual([false, true])
  })

  test('is ended by one administrator at once: the one before, or both', async () => {
    expect(no(await end('all'))).toBe('secret_missing')
    const made = await agreed({ kind: 'secret.make' })
    expect(no(await end('old'))).toBe('secret_missing')
    const second = await agreed({ kind: 'secret.rotate', keepSeconds: '86400' })
    yes(await end('old'))
    expect([await serves(made), await serves(second)]).toEqual([false, true])
    yes(await end('all'))
    expect([await serves(made), await serves(second)]).toEqual([false, false])
    expect(await newestOf('server.secret_ended')).toMatchObject({
      serverId,
      after: 'none',
      by: first.personId,
    })
    expect(await serves(await agreed({ kind: 'secret.make' }))).toBe(true)
  })

  test('that was ended cannot be rotated by a proposal from before', async () => {
    const made = await agreed({ kind: 'secret.make' })
    const { proposalId, secret } = yes(
      await propose({ kind: 'secret.rotate', serverId, keepSeconds: '86400' }),
    )
    yes(await end('all'))
    expect(no(await activate(proposalId))).toBe('secret_missing')
    expect([await serves(made), await serves(secret ?? '')]).toEqual([false, false])
  })

  test('counts no more once the server has a key', async () => {
    const made = await agreed({ kind: 'secret.make' })
    const { publicKey } = await generateKeyPair('ES256', { extractable: true })
    const key = JSON.stringify(await exportJWK(publicKey))
    const { proposalId, secret } = yes(await propose({ kind: 'server.set', serverId, checks: 'asking', key }))
    expect(secret).toBeNull()
    yes(await activate(proposalId))
    expect(await serves(made)).toBe(false)
    expect((await serverNow()).server).toMatchObject({ clientJwk: JSON.parse(key), secretHash: null })
  })

  test('comes with a new server that has no key', async () => {
    const form = {
      kind: 'server.add',
      name: 'Gateway',
      identifier: 'https://gateway.example',
      type: 'gateway',
    }
    const { proposalId, secret } = yes(await propose({ ...form, checks: 'introspection', proof: 'secret' }))
    yes(await activateProposal(other, actOf(other), { proposalId, shown: 0 }))
    identifier = 'https://gateway.example'
    expect(await serves(secret ?? '')).toBe(true)
  })

  test('is nobody else’s to make or to end', async () => {
    for (const persona of ['requester', 'approver', 'compliance-officer'] as const) {
      const by = await demo.actor(persona)
      expect(no(await propose({ kind: 'secret.make', serverId }, by))).toBe('not_allowed')
      expect(no(await end('all', by))).toBe('not_allowed')
    }
  })

  test('ended by both at once ends once, and a rotation beside it comes before or not at all', async () => {
    await agreed({ kind: 'secret.make' })
    const { proposalId } = yes(await propose({ kind: 'secret.rotate', serverId, keepSeconds: '86400' }))
    const answers = await Promise.all([end('all'), activate(proposalId), end('all', other)])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  })
})
