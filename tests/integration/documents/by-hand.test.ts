import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeProtectedHeader, exportPKCS8, generateKeyPair } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PATHS } from '@/lib/authority/discovery'
import { STATUS_PATHS } from '@/lib/authority/status'
import { dpopNonces } from '@/lib/credentials/dpop-nonce'
import { database } from '@/lib/data/database'
import { projectRoot } from '@/lib/ops/entry'
import { SECRET, serveAuthority } from '@/tests/harness/authority'
import { authority, withAuthority, world } from '@/tests/harness/open-authority'
import { addKey } from '@/tests/harness/own-keys'
import { grantTask, SERVERS, svidOf, TRUST_DOMAIN } from '@/tests/harness/world'

let folder: string
let text: string

withAuthority()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-by-hand-'))
  text = await readFile(join(projectRoot, 'docs', 'by-hand.md'), 'utf8')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const MARK = '\u001e'

/** The lines of the document, one block after the other in one shell, with what each block printed. */
async function runLines(env: Record<string, string>): Promise<string[]> {
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, lines = '']) => lines)
  const script = ['set -euo pipefail', ...blocks.map((lines) => `printf '\\036'\n${lines}`)].join('\n')
  const child = spawn('bash', ['-c', script], { cwd: folder, env: { ...process.env, ...env } })
  let [said, wrong] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    wrong += chunk
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(`${code} ${wrong}`).toBe('0 ')
  return said.split(MARK).slice(1)
}

/** The JSON texts that stand one after the other. */
const jsonsOf = (said = '') =>
  said
    .trim()
    .replaceAll(/\}\s*\{/g, `}${MARK}{`)
    .split(MARK)
    .map((one) => JSON.parse(one))

test('every endpoint of the authority is in the document', () => {
  const paths = [
    ...Object.values(PATHS),
    STATUS_PATHS.all,
    '/mandate',
    '/complete',
    '/children',
    '/steps',
    '/healthz',
    '/readyz',
  ]
  expect(paths.filter((path) => !text.includes(path))).toEqual([])
})

/** What the lines print at an authority, for an agent with a grant for the resource server and a newer one for another. */
async function runAt(issuer: string) {
  const { grantId } = await grantTask(world)
  const other = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
  const [workload, key] = [join(folder, 'workload.jwt'), join(folder, 'server.pem')]
  await writeFile(workload, await svidOf(world, issuer))
  await writeFile(key, await exportPKCS8(world.serverKeys.tickets.privateKey))
  const said = await runLines({
    ...{ AGENT_KEY: await agentKey(), AGENT_ID: world.agents.triage },
    ...{ ISSUER: issuer, WORKLOAD_JWT: workload, RESOURCE: SERVERS.tickets, SERVER_KEY: key },
    SUB_AGENT: `spiffe://${TRUST_DOMAIN}/env/staging/agent/stranger`,
    ...{ ACTION: 'ticket:read', AT: `${SERVERS.tickets}/t/4711`, MORE: `${SERVERS.tickets}/t/4712` },
  })
  const stateOf = async (id: string) => (await database().grant.findUniqueOrThrow({ where: { id } })).state
  return { said, grantId, states: [await stateOf(grantId), await stateOf(other.grantId)] }
}

let ownKey: string | null = null
/** A key of the agent's own, registered once. */
async function agentKey(): Promise<string> {
  if (ownKey) return ownKey
  const own = await generateKeyPair('ES256', { extractable: true })
  await addKey(world, own, { environment: 'staging' })
  ownKey = join(folder, 'own.pem')
  await writeFile(ownKey, await exportPKCS8(own.privateKey))
  return ownKey
}

test('its lines run as they stand, and say what they should', { timeout: 600_000 }, async () => {
  const { said, grantId, states } = await runAt(authority.issuer)
  const [
    about,
    ,
    ,
    grants,
    token,
    forms,
    less,
    child,
    steps,
    introspected,
    decided,
    searched,
    lists,
    end,
    back,
  ] = said
  const [metadata, keys, decisionPoint, alive, ready] = jsonsOf(about)
  expect(metadata.issuer).toBe(authority.issuer)
  expect(keys.keys).toHaveLength(2)
  expect(decisionPoint.access_evaluation_endpoint).toContain('/access/v1/evaluation')
  expect([alive.status, ready.status]).toEqual(['alive', 'ready'])
  expect(JSON.parse(grants ?? '').grants).toContainEqual(
    expect.objectContaining({ id: grantId, state: 'live' }),
  )
  expect(JSON.parse(token ?? '')).toMatchObject({ token_type: 'DPoP', scope: 'ticket:read' })
  for (const answer of [...jsonsOf(forms), ...jsonsOf(less)])
    expect(answer).toMatchObject({ token_type: 'DPoP', scope: 'ticket:read' })
  expect([jsonsOf(forms).length, jsonsOf(less).length]).toEqual([2, 2])
  expect(JSON.parse(child ?? '')).toMatchObject({ parent: grantId, state: 'live' })
  const [proposed, all] = jsonsOf(steps)
  expect(proposed).toMatchObject({ state: 'proposed' })
  expect(all.steps).toMatchObject([{ id: proposed.id, state: 'proposed' }])
  const [json = '', jwt = ''] = (introspected ?? '').split(/(?<=\})\s*(?=eyJ)/)
  expect(JSON.parse(json)).toMatchObject({ active: true, grant_id: grantId })
  expect(decodeProtectedHeader(jwt.trim()).typ).toBe('token-introspection+jwt')
  const [one, many] = jsonsOf(decided)
  expect(one.decision).toBe(true)
  expect(many.evaluations.map(({ decision }: { decision: boolean }) => decision)).toEqual([true, false])
  const [actions, resources, subjects] = jsonsOf(searched)
  expect(actions.results).toEqual([{ name: 'ticket:read' }])
  expect(resources.results).toEqual([{ type: 'resource', id: `${SERVERS.tickets}/t/4711` }])
  expect(subjects.results).toContainEqual({ type: 'grant', id: grantId })
  const [, status = ''] = (lists ?? '').split('\n')
  expect(decodeProtectedHeader(status.trim()).typ).toBe('statuslist+jwt')
  expect(end).toMatch(/^200\n\{"active":false\}\s*\{"id":"G-[^"]+","state":"completed"\}/)
  expect(back).toMatch(/^200\n/)
  expect(states).toEqual(['completed', 'live'])
})

test('they run where proofs need a nonce too', { timeout: 600_000 }, async () => {
  const strict = await serveAuthority({ nonces: dpopNonces(SECRET) })
  try {
    const { said, states } = await runAt(strict.issuer)
    expect(JSON.parse(said[4] ?? '')).toMatchObject({ token_type: 'DPoP', scope: 'ticket:read' })
    expect(states).toEqual(['completed', 'live'])
  } finally {
    await strict.close()
  }
})
