import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '@/lib/domain/access'
import type { ApprovalId, RequestId } from '@/lib/domain/ids'
import { projectRoot } from '@/lib/ops/entry'
import { exportApproval } from '@/lib/usecases/approvals/export-approval'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { SoftAuthenticator } from '@/tests/harness/authenticator'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no, yes } from '@/tests/harness/demo'
import { type AccessWorld, accessWorld } from '@/tests/integration/access/world'
import { approve, deny, entries, register, signed } from './world'

type File = {
  terms: Record<string, unknown> & { request: object; stage: object; agent: object; scopes: object[] }
  digest: string
  passkey: Record<string, string>
  notSigned: Record<string, string | null>
}

let db: FreshDatabase
let world: AccessWorld
let folder: string
let requestId: RequestId
let exported: File
let other: File
let capping: SoftAuthenticator

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  folder = await mkdtemp(join(tmpdir(), 'cs-'))
  const { demo, actors } = world
  const authenticator = await register(actors.approver)
  capping = authenticator
  const filed = () => demo.file('resolve-a-refund-ticket', actors.requester)
  requestId = await filed()
  yes(await approve(actors.approver, await signed(demo, actors.approver, { requestId, authenticator })))
  exported = await take(actors.auditor, requestId)
  const second = await filed()
  const form = { requestId: second, authenticator, verdict: 'deny' } as const
  yes(await deny(actors.approver, await signed(demo, actors.approver, form)))
  other = await take(actors.auditor, second)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await db.dispose()
})

const approvalOf = async (id: RequestId): Promise<ApprovalId> => {
  const [vote] = (await world.demo.read(id)).approvals
  if (!vote) throw new Error('Nobody signed.')
  return vote.id
}
const ask = async (by: Actor, id: RequestId) =>
  exportApproval(by, actOf(by), { requestId: id, approvalId: await approvalOf(id) })
const take = async (by: Actor, id: RequestId) => yes(await ask(by, id)).file as unknown as File

/** What the script says of a file, in a process of its own. */
async function verify(file: unknown, ...pins: string[]): Promise<{ code: number | null; said: string }> {
  const path = join(folder, `${crypto.randomUUID()}.json`)
  await writeFile(path, typeof file === 'string' ? file : JSON.stringify(file))
  const script = join(projectRoot, 'lib/ops/verify-approval.mjs')
  const child = spawn(process.execPath, [script, path, ...pins])
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, said }
}

describe('an exported approval', () => {
  test('is for whoever may see the request, and leaves an entry', async () => {
    const { actors } = world
    for (const by of [actors.requester, actors.approver, actors.auditor, actors.administrator])
      expect(yes(await ask(by, requestId)).id).toBe(await approvalOf(requestId))
    expect((await entries('approval.exported'))[0]?.data).toEqual({
      approval: await approvalOf(requestId),
      digest: exported.digest,
    })
    const before = (await entries('approval.exported')).length
    for (const by of [actors.otherRequester, actors.strangeAuditor, actors.strangeAdministrator])
      expect(no(await ask(by, requestId))).toBe('not_found')
    expect(await entries('approval.exported')).toHaveLength(before)
  })

  test('yes and no are verified by the script', async () => {
    const { approver, requester } = world.actors
    const yesSaid = await verify(exported, '--origin', 'http://localhost:3000', '--rp-id', 'localhost')
    expect(yesSaid).toEqual({
      code: 0,
      said: expect.stringContaining(`${approver.personId} approved version 1`),
    })
    expect(yesSaid.said).toContain(exported.digest)
    expect(await verify(other)).toEqual({ code: 0, said: expect.stringContaining('denied version 1') })
    const key = /^key\s+(\S+)/m.exec(yesSaid.said)?.[1] ?? ''
    expect((await verify(other, '--key', key, '--approver', approver.personId)).code).toBe(0)
    expect((await verify(other, '--approver', requester.personId)).code).toBe(1)
    expect((await verify(exported, '--key', 'another')).code).toBe(1)
  })

  test('says how many uses were given, and no copy with another number is verified', async () => {
    const { demo, actors } = world
    const id = await demo.file('resolve-a-refund-ticket', actors.requester)
    const { scopes, durationSeconds } = await demo.read(id)
    const terms = {
      scopeIds: scopes.map((scope) => scope.id),
      durationMinutes: durationSeconds / 60,
      uses: 3,
    }
    const by = actors.approver
    const sent = { requestId: id, ...terms }
    const { nonce, digest } = yes(await prepareSigning(by, actOf(by), { ...sent, verdict: 'approve' }))
    const assertion = capping.sign(Buffer.from(digest, 'hex').toString('base64url'))
    yes(await approve(by, { ...sent, nonce, digest, assertion }))
    const file = await take(actors.auditor, id)
    expect(file.terms.uses).toBe(3)
    expect((await verify(file)).code).toBe(0)
    for (const uses of [4, null, 0]) expect((await verify(changed('terms', { uses })(file))).code).toBe(1)
  })

  test('says which sub-agents it was signed for, and no copy with others is verified', async () => {
    const { demo, actors } = world
    const by = actors.approver
    const other = (await demo.read(await demo.file('rotate-a-production-secret', actors.requester))).agent.id
    const naming = { subAgentIds: [other], subAgentDepth: 2 }
    const id = await demo.file('resolve-a-refund-ticket', actors.requester, naming)
    yes(await approve(by, await signed(demo, by, { requestId: id, authenticator: capping })))
    const file = await take(actors.auditor, id)
    expect(file.terms.delegation).toEqual({ agents: [{ id: other, identity: expect.any(String) }], depth: 2 })
    expect(await verify(file)).toEqual({
      code: 0,
      said: expect.stringMatching(/for security, with the sub-agents spiffe:/),
    })
    const { agents } = file.terms.delegation as { agents: object[] }
    const others = [
      null,
      { agents, depth: 3 },
      { agents: [], depth: 2 },
      { agents: [{ id: other }], depth: 2 },
    ]
    for (const delegation of others)
      expect((await verify(changed('terms', { delegation })(file))).code).toBe(1)
  })

  test('signed with a sign-in says so and is not verified', async () => {
    const { demo, actors } = world
    const id = await demo.file('rotate-a-production-secret', actors.requester)
    yes(await demo.approve(await demo.actor('second-approver'), id))
    const file = await take(actors.auditor, id)
    expect(file.passkey).toBeNull()
    expect(await verify(file)).toEqual({
      code: 2,
      said: expect.stringContaining('Not signed with a passkey.'),
    })
    const changed = { ...file, terms: { ...file.terms, durationSeconds: 1 } }
    expect((await verify(changed)).code).toBe(1)
  })

  test('what is no file of this kind is not verified, and a wrong call says how', async () => {
    for (const text of ['', '{', 'null', '[]', '{"type":"countersign-approval-evidence/v1"}'])
      expect((await verify(text)).code).toBe(1)
    expect((await verify(exported, '--nonsense', 'x')).code).toBe(64)
  })
})

const changed = (part: 'terms' | 'passkey', change: object) => (file: File) => ({
  ...file,
  [part]: { ...file[part], ...change },
})
const foreign = new SoftAuthenticator()
// Flips a bit of authenticator data: byte 32 holds the flags, the four behind it the counter.
const flipped = (at: number, bit: number) => (file: File) => {
  const data = Buffer.from(file.passkey.authenticatorData ?? '', 'base64url')
  data[at] = (data[at] ?? 0) ^ bit
  return { ...file, passkey: { ...file.passkey, authenticatorData: data.toString('base64url') } }
}

const TAMPERED: Record<string, (file: File) => unknown> = {
  issuer: changed('terms', { issuer: 'https://elsewhere.example' }),
  request: changed('terms', { request: { id: 'R-0000', version: 1 } }),
  version: (file) => changed('terms', { request: { ...file.terms.request, version: 2 } })(file),
  stage: (file) => changed('terms', { stage: { ...file.terms.stage, name: 'data-owners' } })(file),
  verdict: changed('terms', { verdict: 'deny' }),
  approver: changed('terms', { approver: 'P-000000000000' }),
  requester: changed('terms', { requester: 'P-000000000000' }),
  agent: (file) =>
    changed('terms', { agent: { ...file.terms.agent, identity: 'spiffe://x.example/a' } })(file),
  'one scope less': (file) => changed('terms', { scopes: file.terms.scopes.slice(1) })(file),
  'a resource': (file) =>
    changed('terms', {
      scopes: file.terms.scopes.map((scope) => ({ ...scope, resource: 'https://x.example/' })),
    })(file),
  'a sensitivity': (file) =>
    changed('terms', { scopes: file.terms.scopes.map((scope) => ({ ...scope, sensitivity: 1 })) })(file),
  environment: changed('terms', { environments: ['production'] }),
  time: changed('terms', { durationSeconds: 86_400 }),
  uses: changed('terms', { uses: 7 }),
  delegation: changed('terms', { delegation: { depth: 1 } }),
  breakGlass: changed('terms', { breakGlass: true }),
  policySet: changed('terms', { policySet: '0'.repeat(64) }),
  nonce: changed('terms', { nonce: '0'.repeat(32) }),
  'a member more': changed('terms', { more: true }),
  digest: (file) => ({ ...file, digest: '0'.repeat(64) }),
  'terms and digest of another approval': (file) => ({ ...file, terms: other.terms, digest: other.digest }),
  'answer of another approval': (file) => ({ ...file, passkey: other.passkey }),
  'public key': changed('passkey', { publicKey: foreign.publicKey }),
  rpId: changed('passkey', { rpId: 'countersign.example' }),
  origin: changed('passkey', { origin: 'http://localhost:3999' }),
  'origin of another host': changed('passkey', { origin: 'https://localhost.example' }),
  signature: (file) => changed('passkey', { signature: other.passkey.signature })(file),
  clientDataJSON: (file) => changed('passkey', { clientDataJSON: other.passkey.clientDataJSON })(file),
  'rpId hash': flipped(0, 1),
  'flag UP': flipped(32, 1),
  'flag UV': flipped(32, 4),
  counter: flipped(36, 1),
  'a member nobody expects': (file) => ({ ...file, approvedBy: 'somebody' }),
  'a member of the passkey nobody expects': changed('passkey', { userVerified: 'true' }),
}

test.each(Object.keys(TAMPERED))('a copy with another %s is not verified', async (name) => {
  const tampered = TAMPERED[name]?.(exported)
  expect(tampered).not.toEqual(exported)
  expect(await verify(tampered)).toEqual({ code: 1, said: expect.stringContaining('Not verified.') })
})

test('what is not signed stands apart, and changing it is not noticed', async () => {
  const copy = { ...exported, notSigned: { approval: 'V-0000', signedAt: '2001-01-01T00:00:00.000Z' } }
  expect((await verify(copy)).code).toBe(0)
})
