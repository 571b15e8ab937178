import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projectRoot } from '@/lib/ops/entry'
import {
  makeAgent,
  proofOf,
  serveAuthority,
  type TestAgent,
  type TestAuthority,
} from '@/tests/harness/authority'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { freePort } from '@/tests/harness/ports.mjs'
import { buildWorld, grantTask, SERVERS, svidOf, type TestWorld } from '@/tests/harness/world'

// Beside the packages that the examples import.
const FOLDER = join(projectRoot, 'test-results', 'documents')

let db: FreshDatabase
let world: TestWorld
let authority: TestAuthority
let agent: TestAgent
let server: { origin: string; child: ChildProcess }

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true })
  db = await freshDatabase()
  world = await buildWorld()
  authority = await serveAuthority()
  agent = await makeAgent(world, authority.issuer)
  server = await serveExample()
})
afterAll(async () => {
  server.child.kill()
  await authority.close()
  await db.dispose()
  await rm(FOLDER, { recursive: true, force: true })
})

const RUN = {
  ts: [process.execPath, '--import', 'tsx'],
  python: ['/usr/bin/python3'],
} as const
type Language = keyof typeof RUN

/** An example of a document, as it stands there, in a process of its own. */
async function start(
  [document, language]: readonly [string, Language],
  env: Record<string, string>,
): Promise<ChildProcess> {
  const text = await readFile(join(projectRoot, 'docs', document), 'utf8')
  const [, code] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(text) ?? []
  if (!code) throw new Error(`${document} has no example.`)
  const file = join(FOLDER, `${crypto.randomUUID()}.${language}`)
  await writeFile(file, code)
  const [command, ...before] = RUN[language]
  return spawn(command, [...before, file], {
    cwd: projectRoot,
    env: { ...process.env, ISSUER: authority.issuer, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Its exit code and what it printed. */
async function run(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

async function serveExample() {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const child = await start(['resource-servers.md', 'ts'], {
    ...{ AUDIENCE: SERVERS.tickets, ORIGIN: origin, PORT: String(port) },
  })
  const ended = run(child)
  await new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    void ended.then(({ said }) => reject(new Error(said)))
  })
  return { origin, child }
}

async function runAgent(language: Language, env: Record<string, string> = {}) {
  const { grantId } = await grantTask(world)
  const file = join(FOLDER, `workload-${crypto.randomUUID()}`)
  await writeFile(file, await svidOf(world, authority.issuer))
  const child = await start(['agents.md', language], {
    ...{ MANDATE: await agent.mandateOf(grantId), RESOURCE: SERVERS.tickets, WORKLOAD_JWT: file },
    ...{ CALL: `${server.origin}/t/4711`, ...env },
  })
  return run(child)
}

/** A call with a token of the agent of these tests, and whatever proof is made for it. */
async function call(path: string, proofFor: (token: string, url: string) => Promise<string>) {
  const { grantId } = await grantTask(world)
  const mandate = await agent.mandateOf(grantId)
  const { access_token: token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  const url = `${server.origin}${path}`
  const headers = { authorization: `DPoP ${token}`, dpop: await proofFor(token, url) }
  return async () => (await fetch(url, { headers })).status
}

const athOf = (token: string) => createHash('sha256').update(token).digest('base64url')
const good = (token: string, url: string) => proofOf(agent.keys, 'GET', url, { ath: athOf(token) })

describe.each(['ts', 'python'] as const)('the agent of the document in %s', (language) => {
  test('gets its token and is answered by the server of the other document', async () => {
    const { code, said } = await runAgent(language)
    expect(said).toContain('ticket:read for 300 s')
    expect(said).toContain('200 Charged twice.')
    expect(code).toBe(0)
  })

  test('is refused by that server what its token does not list', async () => {
    const { said } = await runAgent(language, { CALL: `${server.origin}/t/4712` })
    expect(said).toContain('403 The token does not list this.')
  })

  test('ends with the words of a refusal', async () => {
    const { code, said } = await runAgent(language, { RESOURCE: SERVERS.vault })
    expect(code).not.toBe(0)
    expect(said).toContain('invalid_target')
  })
})

test('the server of the document takes a proof once, and none of another key, call or token', async () => {
  const once = await call('/t/4711', good)
  expect([await once(), await once()]).toEqual([200, 401])
  const stolen = await call('/t/4711', async (token, url) =>
    proofOf(await generateKeyPair('ES256'), 'GET', url, { ath: athOf(token) }),
  )
  expect(await stolen()).toBe(401)
  const elsewhere = await call('/t/4711', (token, url) => good(token, `${url}2`))
  expect(await elsewhere()).toBe(401)
  const otherToken = await call('/t/4711', (_, url) => good('another', url))
  expect(await otherToken()).toBe(401)
})

test('the server of the document takes neither a mandate nor a token for somebody else', async () => {
  const { grantId } = await grantTask(world, { scopes: ['read', 'secret'] })
  const mandate = await agent.mandateOf(grantId)
  const { access_token } = await agent.exchange({ mandate, resource: SERVERS.tickets })
  const own = await agent.ownToken()
  const url = `${server.origin}/t/4711`
  const [header, payload, signature = ''] = access_token.split('.')
  const spoilt = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  for (const token of [mandate, own, `${header}.${payload}.${spoilt}`]) {
    const headers = { authorization: `DPoP ${token}`, dpop: await good(token, url) }
    expect((await fetch(url, { headers })).status).toBe(401)
  }
})
