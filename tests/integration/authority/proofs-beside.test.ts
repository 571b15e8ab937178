import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import type { Asked, Told } from '@/lib/authority/proofs-beside'
import { readDpopProof } from '@/lib/identity/dpop'
import { isSignedBy, readPublicJwk } from '@/lib/identity/public-jwk'
import { ecPair, forge, ISSUER, rsaPair, T } from '@/tests/unit/support/forge'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const THREAD = here('../../../lib/authority/proof-thread.ts')
const ENDING = here('./toys/ending-thread.mjs')

let child: ChildProcess

function start(thread: string): void {
  child = fork(here('./toys/read-proofs.ts'), [thread], { execArgv: ['--import', 'tsx'], silent: true })
}

afterEach(() => {
  child.kill('SIGKILL')
})

/** What the process answers, or the code it ended with. */
const read = (sent: readonly Asked[]) =>
  new Promise<{ answer: Told['answers'] } | { code: number | null }>((resolve) => {
    child.once('message', (answer) => resolve({ answer: answer as Told['answers'] }))
    child.once('exit', (code) => resolve({ code }))
    child.send(sent)
  })

const pair = ecPair()
const other = ecPair()
const proofOf = (jti: string, sign = pair.sign) =>
  forge(
    { typ: 'dpop+jwt', alg: 'ES256', jwk: pair.publicJwk },
    { jti, htm: 'POST', htu: `${ISSUER}/oauth/token`, iat: T },
    sign,
  )

// More than go over in one message, and no two alike.
const MANY = 600
const KINDS = [
  (at: number) => [proofOf(`good-${at}`)],
  (at: number) => [proofOf(`forged-${at}`, other.sign)],
  (at: number) => [`no proof at all ${at}`],
  (at: number) => [proofOf(`first-${at}`), proofOf(`second-${at}`)],
  () => [],
] as const

it('says of each proof, in its order, what this thread would say', async () => {
  const sent = Array.from({ length: MANY }, (_, at) => KINDS[at % KINDS.length]?.(at) ?? [])
  start(THREAD)
  const said = await read(sent.map((dpop) => ({ dpop })))
  const expected = await Promise.all(sent.map(readDpopProof))
  expect(said).toEqual({ answer: expected })
  expect(expected.filter(({ ok }) => ok)).toHaveLength(MANY / KINDS.length)
})

it('says of each signature, among proofs, what this thread would say', async () => {
  const key = readPublicJwk(pair.publicJwk)
  if (!key.ok) throw new Error(key.problem)
  const { jwk } = key
  const asked = Array.from({ length: MANY }, (_, at): Asked => {
    const dpop = [proofOf(`among-${at}`)]
    const text = proofOf(`signed-${at}`, at % 3 === 0 ? other.sign : pair.sign)
    return at % 2 === 0 ? { dpop } : { text, jwk, algorithm: at % 5 === 0 ? 'ES384' : 'ES256' }
  })
  start(THREAD)
  const said = await read(asked)
  const here = (one: Asked) =>
    'dpop' in one ? readDpopProof(one.dpop) : isSignedBy(one.text, one.jwk, one.algorithm)
  const expected = await Promise.all(asked.map(here))
  expect(said).toEqual({ answer: expected })
  expect(expected.filter((one) => one === true)).toHaveLength(160)
})

it('gives each its own answer when one that takes long is asked before', async () => {
  const rsa = rsaPair()
  const long = forge(
    { typ: 'dpop+jwt', alg: 'RS256', jwk: rsa.publicJwk },
    { jti: 'long', htm: 'POST', htu: `${ISSUER}/oauth/token`, iat: T },
    rsa.sign,
  )
  const asked = Array.from({ length: 40 }, (_, at) => ({ dpop: [at % 2 === 0 ? long : `none ${at}`] }))
  start(THREAD)
  const said = await read(asked)
  const expected = await Promise.all(asked.map(({ dpop }) => readDpopProof(dpop)))
  expect(said).toEqual({ answer: expected })
  expect(expected.map(({ ok }) => ok)).toEqual(asked.map((_, at) => at % 2 === 0))
})

it.each(['ending', 'failing'])('ends with its thread, %s, and answers nobody', async (how) => {
  start(ENDING)
  expect(await read([{ dpop: [how] }])).toEqual({ code: 1 })
})
