import { randomUUID } from 'node:crypto'
import { signAccessToken } from '@/lib/credentials/access-token'
import { loadSigningKey } from '@/lib/credentials/keys'
import { pool } from '@/lib/data/database'
import { findActiveSigningKey } from '@/lib/data/signing-keys'
import { verifyDpopProof } from '@/lib/identity/dpop'
import { SERVERS } from '@/tests/harness/world'
import { startHelper } from '../child'
import { type Line, type Measured, median, ms, spreadOf, timed, times } from '../figures'
import type { Stage } from '../stage'
import { Connection } from '../wire'
import { type Caller, epoch, exchangeRequest, makeCallers, proofFor } from './callers'
import { exchanges, issueAll, withAllStored } from './issuing'

const ROUNDS = 5
const EACH = 60
const CROWD = 32
const OF_THE_CROWD = 3000
const GOAL = 1.5

type Part = { what: string; run: () => unknown }

function claimsFor({ jkt, grantId, requestId }: Caller, issuer: string) {
  const agent = 'spiffe://agents.example/env/staging/agent/triage'
  const location = `${SERVERS.tickets}/t/4711`
  return {
    ...{ iss: issuer, aud: SERVERS.tickets, sub: 'P-0001', client_id: agent },
    act: { sub: agent, sub_profile: 'ai_agent' as const },
    ...{ iat: epoch(), exp: epoch() + 300, jti: randomUUID(), cnf: { jkt } },
    ...{ txn: requestId, grant_id: grantId, scope: 'ticket:read' },
    authorization_details: [
      { type: 'ticket', actions: ['ticket:read'], locations: [location], datatypes: ['support'] },
    ],
  }
}

async function partsOf({ served, authority, world }: Stage, connection: Connection): Promise<Part[]> {
  const { issuer } = authority
  const [caller] = await makeCallers(world, { issuer, secret: served.secret, count: 1 })
  if (!caller) throw new Error('There is no caller.')
  const url = `${issuer}/oauth/token`
  const texts = { mandate: caller.mandate(), workload: caller.workload() }
  const requests = Array.from({ length: EACH * (ROUNDS + 1) }, () => exchangeRequest(caller, url, texts))
  const proofs = Array.from({ length: EACH * (ROUNDS + 1) }, () => proofFor(caller, url))
  const signing = loadSigningKey(await findActiveSigningKey(), served.secret)
  const claims = claimsFor(caller, issuer)
  await pool().query('create table bench_row (id text primary key, at timestamptz not null)')
  const take = <T>(list: T[]): T => list.pop() ?? raise('A part ran out of what was prepared for it.')
  return [
    {
      what: 'one issue, one caller, over HTTP',
      run: async () => {
        const { status, body } = await connection.send(take(requests))
        if (status !== 200) raise(`An issue was answered with ${status}: ${body}`)
      },
    },
    {
      what: '… one DPoP verification',
      run: async () => {
        const question = { headers: [take(proofs)], method: 'POST', url, now: new Date() }
        if (!(await verifyDpopProof(question)).ok) raise('A proof was refused.')
      },
    },
    { what: '… one signature', run: () => signAccessToken(claims, signing) },
    {
      what: '… one single-row commit',
      run: () => pool().query('insert into bench_row values ($1, now())', [randomUUID()]),
    },
  ]
}

function raise(why: string): never {
  throw new Error(why)
}

/** What an issue takes of a crowd's time: so long, divided by how many came of it. In milliseconds. */
async function crowdOf({ served, authority, world, folder }: Stage): Promise<() => Promise<number>> {
  const { issuer, port } = authority
  const callers = await makeCallers(world, { issuer, secret: served.secret, count: CROWD })
  const prepare = exchanges(callers, issuer)
  return async () => {
    const load = startHelper('exchange/load.ts', { folder })
    const job = { port, connections: CROWD, requests: prepare(OF_THE_CROWD) }
    const issue = () => issueAll(load, job).finally(load.stop)
    const { tookMs, count } = await withAllStored(served.url, issue, (issues) => issues.count)
    return tookMs / count
  }
}

/** What one issue costs beside its unavoidable parts, each measured alone, in turn: asked by one, and by a crowd. */
export async function measureParts(stage: Stage): Promise<Measured> {
  const connection = new Connection(stage.authority.port)
  const parts = await partsOf(stage, connection)
  const issueOfCrowd = await crowdOf(stage)
  const took = parts.map(() => [] as number[])
  const crowd: number[] = []
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [at, { run }] of parts.entries()) {
      const middle = median(await timed(EACH, run))
      // The first round warms up.
      if (round > 0) took[at]?.push(middle)
    }
    const each = await issueOfCrowd()
    if (round > 0) crowd.push(each)
  }
  connection.close()
  return {
    title: 'Issue against its parts',
    conditions: [
      `${stage.served.database}. ${ROUNDS} rounds in turn. One process; one caller waits for each answer, medians of ${EACH}; ${CROWD} callers at once, ${OF_THE_CROWD} issues, each counted with its event.`,
      'An issue reads who is believed, asks policy, spends the proof and stores the credential with decision, entry and head in one transaction, and answers over HTTP. Of a crowd it is the cost in throughput: the time that all took, divided by their number.',
    ],
    lines: linesOf(parts, took, crowd),
  }
}

function linesOf(parts: readonly Part[], took: readonly number[][], crowd: readonly number[]): Line[] {
  const [issue = [], ...alone] = took
  const sums = issue.map((_, round) => alone.reduce((sum, rounds) => sum + (rounds[round] ?? 0), 0))
  const toSum = (values: readonly number[]) =>
    median(values.map((value, round) => value / (sums[round] ?? Number.NaN)))
  const lines = parts.map(({ what }, at): Line => {
    const rounds = took[at] ?? []
    const share = issue.map((value, round) => value / (rounds[round] ?? Number.NaN))
    return {
      what,
      figure: ms(median(rounds)),
      spread: spreadOf(rounds, ms),
      ratio: at === 0 ? `${times(toSum(issue))} the sum of its parts` : `issue is ${times(median(share))}`,
    }
  })
  const ofCrowd: Line = {
    what: `one issue of ${CROWD} callers: time of all / issues`,
    ...{ figure: ms(median(crowd)), spread: spreadOf(crowd, ms) },
    ratio: `${times(toSum(crowd))} the sum of its parts`,
    ...{ goal: `≤ ${GOAL} × the sum`, holds: toSum(crowd) <= GOAL },
  }
  return [ofCrowd, ...lines]
}
