import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import { projectRoot } from '@/lib/ops/entry'
import { agent, authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

const SCRIPT = join(projectRoot, 'tests', 'integration', 'documents', 'toys', 'verify_token.py')

withAuthority()

/** What Authlib makes of a token, as a resource server of this identifier. */
async function readInPython(token: string, audience: string = SERVERS.tickets) {
  const child = spawn('/usr/bin/python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(JSON.stringify({ issuer: authority.issuer, audience, token }))
  let [said, wrong] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    wrong += chunk
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, claims: code === 0 ? JSON.parse(said) : null, wrong }
}

test('Authlib, which knows nothing of us, verifies a token and reads its status', {
  timeout: 180_000,
}, async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  const claims = { sub: world.people.requester, act: agent.client.client_id, scope: 'ticket:read' }
  expect(await readInPython(access_token)).toMatchObject({ code: 0, claims: { ...claims, status: 0 } })
  await database().grant.update({ where: { id: grantId }, data: { state: 'revoked', ended: new Date() } })
  const over = async () => (await readInPython(access_token)).claims?.status
  await expect.poll(over, { timeout: 60_000 }).toBe(1)
})

test('and takes no mandate, no token for somebody else, none of another key and none that is spoilt', {
  timeout: 180_000,
}, async () => {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  expect((await readInPython(access_token, SERVERS.vault)).wrong).toContain('InvalidClaimError')
  expect((await readInPython(mandate)).wrong).toContain('typ mandate+jwt')
  expect((await readInPython(await agent.ownToken())).wrong).toContain('InvalidClaimError')
  const [header = '', payload = '', signature = ''] = access_token.split('.')
  const other = signature.startsWith('A') ? `B${signature.slice(1)}` : `A${signature.slice(1)}`
  expect((await readInPython(`${header}.${payload}.${other}`)).wrong).toContain('BadSignatureError')
})
