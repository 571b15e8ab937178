import { randomUUID } from 'node:crypto'
import { formPost } from '../wire'
import {
  type Caller,
  epoch,
  exchangeRequest,
  type KeyPair,
  makeKey,
  proofFor,
  signJwt,
  type Texts,
} from './callers'
import { PEER_RESOURCE, PEER_SCOPE } from './names'

/** One way of asking for a token: whom, with what, and whose token it must be. */
export type Variant = {
  key: 'cached' | 'fresh' | 'peer' | 'proven'
  server: 'authority' | 'peer'
  what: string
  prepare: (count: number) => string[]
}

const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Ours: each caller in turn. `cached` sends the same workload JWT and mandate each time, `fresh` never the same text. */
function ours(callers: readonly Caller[], url: string): Variant[] {
  const kept: Texts[] = callers.map(({ mandate, workload }) => ({
    mandate: mandate(),
    workload: workload(),
  }))
  const fresh = (caller: Caller): Texts => ({ mandate: caller.mandate(), workload: caller.workload() })
  const prepare = (textsOf: (caller: Caller, at: number) => Texts) => (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const at = index % callers.length
      const caller = callers[at]
      if (!caller) throw new Error('There is no caller.')
      return exchangeRequest(caller, url, textsOf(caller, at))
    })
  return [
    {
      key: 'cached',
      server: 'authority',
      what: 'token exchange, workload JWT and mandate sent before',
      prepare: prepare((caller, at) => kept[at] ?? fresh(caller)),
    },
    {
      key: 'fresh',
      server: 'authority',
      what: 'token exchange, no proof sent before',
      prepare: prepare(fresh),
    },
  ]
}

const COMMON = { grant_type: 'client_credentials', resource: PEER_RESOURCE, scope: PEER_SCOPE }

function theirs(peerUrl: string, { secret, client }: { secret: string; client: KeyPair }): Variant[] {
  const url = `${peerUrl}/token`
  const plain = () => formPost(url, { ...COMMON, client_id: 'plain', client_secret: secret })
  const assertion = () => {
    const claims = { iss: 'proven', sub: 'proven', aud: peerUrl, jti: randomUUID() }
    return signJwt({ kid: 'client' }, { ...claims, iat: epoch(), exp: epoch() + 120 }, client.key)
  }
  const holder = makeKey()
  const proven = () =>
    formPost(
      url,
      { ...COMMON, client_assertion_type: CLIENT_ASSERTION, client_assertion: assertion() },
      `dpop: ${proofFor(holder, url)}\r\n`,
    )
  return [
    {
      key: 'peer',
      server: 'peer',
      what: 'oidc-provider, client_credentials, client_secret',
      prepare: (count) => Array.from({ length: count }, plain),
    },
    {
      key: 'proven',
      server: 'peer',
      what: 'oidc-provider, client_credentials, private_key_jwt and DPoP',
      prepare: (count) => Array.from({ length: count }, proven),
    },
  ]
}

export const variantsOf = (
  callers: readonly Caller[],
  tokenUrl: string,
  peer: { url: string; secret: string; client: KeyPair },
): Variant[] => [...ours(callers, tokenUrl), ...theirs(peer.url, peer)]
