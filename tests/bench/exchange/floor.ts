import { createPrivateKey, generateKeyPairSync, type JsonWebKey, randomUUID, sign } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { pool } from '@/lib/data/database'
import { inBatches } from '@/lib/data/in-batches'
import { isSignedES256 } from '@/lib/identity/es256'

export type FloorSettings = { port: number; table: string }

// About what an entry of the trail and its decision are.
const ROW_BYTES = 2000

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = createPrivateKey(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }))
const jwks = JSON.stringify({ keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'floor' }] })
const HEADER = encode({ typ: 'at+jwt', alg: 'ES256', kid: 'floor' })

function signed(claims: object): string {
  const input = `${HEADER}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** All who wait share one statement, which is a transaction. */
const storeIn = (table: string) =>
  inBatches(
    async (ids: readonly string[]) => {
      const insert = {
        name: 'store',
        text: `insert into ${table} select * from unnest($1::text[], $2::text[])`,
      }
      await pool().query({ ...insert, values: [ids, ids.map((id) => id.padEnd(ROW_BYTES, '.'))] })
      return ids.map(() => ({ status: 'fulfilled', value: null }))
    },
    { limit: 24 },
  )

const subjects = new Map<string, string>()

/** Whose mandate it is, read once for each. Nobody looks at its signature. */
function subjectOf(mandate: string): string {
  const known = subjects.get(mandate) ?? String(decode(mandate.split('.')[1] ?? '').sub)
  subjects.set(mandate, known)
  return known
}

function keyOf(request: IncomingMessage): JsonWebKey {
  const proof = String(request.headers.dpop)
  const { jwk } = decode(proof.split('.')[0] ?? '')
  if (!isSignedES256(proof, jwk)) throw new Error('A proof of the benchmark is not signed by its key.')
  return jwk
}

/**
 * The least that an exchange cannot do without, on the libraries and with the settings of the authority: its form is read,
 * the signature of its proof verified, a token signed, and one row stored durably, all who ask at once in one commit. Nobody
 * is identified, nothing is refused or asked of policy, no proof is spent, and there is no chain.
 */
function serve({ port, table }: FloorSettings): void {
  const issuer = `http://127.0.0.1:${port}`
  const store = storeIn(table)
  const answer = async (request: IncomingMessage, body: string): Promise<string> => {
    if (request.method === 'GET') return jwks
    const form = new URLSearchParams(body)
    const jwk = keyOf(request)
    const sub = subjectOf(form.get('subject_token') ?? '')
    const [jti, iat] = [randomUUID(), Math.floor(Date.now() / 1000)]
    const target = { aud: form.get('resource'), scope: 'ticket:read', cnf: { jwk } }
    const access_token = signed({ iss: issuer, sub, jti, iat, exp: iat + 300, ...target })
    await store(jti)
    return JSON.stringify({ access_token, token_type: 'DPoP', expires_in: 300 })
  }
  const server = createServer((request, response) => {
    const read: Buffer[] = []
    request.on('data', (chunk) => read.push(chunk))
    request.on('end', async () => {
      const text = Buffer.from(await answer(request, Buffer.concat(read).toString()))
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text)
    })
  })
  server.listen(port, '127.0.0.1', () => process.send?.('listening'))
}

process.once('message', serve)
