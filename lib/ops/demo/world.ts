import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import {
  CATALOGUE,
  type CatalogueServer,
  identifierOf,
  SERVER_NAMES,
  type ServerName,
  TRUST_DOMAIN,
} from './catalogue'
import { isRecord, openFolder, readOrMake } from './folder'
import { readSettings } from './settings'

/** A SPIFFE bundle: the keys with which a trust domain signs JWT-SVIDs. */
export type Bundle = { keys: JWK[]; spiffe_sequence: number; spiffe_refresh_hint: number }
export type DemoServer = CatalogueServer & { identifier: string; clientJwk?: JWK }
export type DemoWorld = { trustDomain: string; bundle: Bundle; servers: Record<ServerName, DemoServer> }
export type KeyPair = { privateJwk: JWK; publicJwk: JWK }

/**
 * Makes the demo's keys if they are absent and returns their public parts, so that the seed can register
 * a trust domain and resource servers it otherwise knows nothing of.
 */
export async function ensureDemoWorld(
  dir: string,
  { portBase = readSettings(process.env).portBase }: { portBase?: number } = {},
): Promise<DemoWorld> {
  const { publicJwk } = await trustDomainKey(dir)
  const bundle = { keys: [publicJwk], spiffe_sequence: 1, spiffe_refresh_hint: 300 }
  const [tickets, vault, refunds] = await Promise.all(
    SERVER_NAMES.map((name) => ensureServer(dir, name, portBase)),
  )
  if (!tickets || !vault || !refunds) throw new Error('The demo knows three resource servers.')
  return { trustDomain: TRUST_DOMAIN, bundle, servers: { tickets, vault, refunds } }
}

/** The key of the demo trust domain, made on first use. */
export function trustDomainKey(dir: string): Promise<KeyPair> {
  return ensureKey(dir, 'trust-domain.json', 'jwt-svid')
}

/** The key with which a resource server that introspects says who it is, made on first use. */
export function clientKey(dir: string, server: ServerName): Promise<KeyPair> {
  return ensureKey(dir, `${server}.json`, 'sig')
}

async function ensureServer(dir: string, name: ServerName, portBase: number): Promise<DemoServer> {
  const server = { ...CATALOGUE[name], identifier: identifierOf(name, portBase) }
  if (server.check === 'offline') return server
  return { ...server, clientJwk: (await clientKey(dir, name)).publicJwk }
}

async function ensureKey(dir: string, file: string, use: string): Promise<KeyPair> {
  await openFolder(dir)
  const stored = await readOrMake(dir, file, () => makeKey(use))
  const { privateJwk, publicJwk } = stored
  if (!isJwk(privateJwk) || !isJwk(publicJwk)) {
    throw new Error(`${file} in the demo folder does not hold a key. Delete the folder and start again.`)
  }
  return { privateJwk, publicJwk }
}

async function makeKey(use: string): Promise<KeyPair> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const names = { kid: randomUUID(), use, alg: 'ES256' }
  return {
    privateJwk: { ...(await exportJWK(privateKey)), ...names },
    publicJwk: { ...(await exportJWK(publicKey)), ...names },
  }
}

function isJwk(value: unknown): value is JWK & { kty: string } {
  return isRecord(value) && typeof value.kty === 'string' && typeof value.kid === 'string'
}
