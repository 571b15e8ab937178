import { pool } from '@/lib/data/database'
import { messageOf, startHelper } from '../child'
import type { RunningAuthority } from './authority'
import type { FloorSettings } from './floor'
import type { PeerSettings } from './peer'
import { issuedSoFar, type Target } from './round'

/** A server that ours is measured beside, in a process of its own. */
export type Beside = { url: string; target: Target; stop: () => Promise<void> }

type Start = { folder: string; script: string; settings: PeerSettings | FloorSettings }

async function start({ folder, script, settings }: Start, stored: Target['stored']): Promise<Beside> {
  const child = startHelper(script, { folder, env: { NODE_ENV: 'production' } })
  const listening = messageOf(child)
  child.process.send(settings)
  await listening
  const url = `http://127.0.0.1:${settings.port}`
  const pid = () => child.process.pid
  const target = { port: settings.port, issuer: url, jwks: new URL(`${url}/jwks`), pid, stored }
  return { url, target, stop: () => child.stop() }
}

/** oidc-provider with its in-memory adapter: it stores nothing that would be there after it. */
export const startPeer = (folder: string, settings: PeerSettings): Promise<Beside> =>
  start({ folder, script: 'exchange/peer.ts', settings }, async () => 0)

const TABLE = 'bench_floor'

async function storedByFloor(): Promise<number> {
  const { rows } = await pool().query<{ stored: number }>(`select count(*)::int as stored from ${TABLE}`)
  return rows[0]?.stored ?? 0
}

/** What does the least of an exchange, on a table of its own in the same database. */
export async function startFloor(folder: string, port: number): Promise<Beside> {
  await pool().query(`create table ${TABLE} (id text primary key, said text not null)`)
  return start({ folder, script: 'exchange/floor.ts', settings: { port, table: TABLE } }, storedByFloor)
}

export const targetOf = ({ issuer, port, pid }: RunningAuthority): Target => ({
  ...{ issuer, port, pid, stored: issuedSoFar },
  jwks: new URL(`${issuer}/.well-known/jwks.json`),
})
