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
import { PEER_RESOURCES, PEER_SCOPE, type Signing } from './names'

/** One way of asking for a token: whom, with what, and whose token it must be. */
export type Variant = {
  key: 'cached' | 'fresh' | 'floor' | `${'plain' | 'proven'} ${Signing}`
  server: 'authority' | 'floor' | 'peer'
  signing: Signing
  what: string
  prepare: (count: number) => string[]
}

const CLIENT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Each caller in turn. `cached` and `floor` send the same workload JWT and mandate each time, `fresh` never the same text. */
function ours(callers: readonly Caller[], url: string, floorUrl: string): Variant[] {
  const kept: Texts[] = callers.map(({ mandate, workload }) => ({
    mandate: mandate(),
    workload: workload(),
  }))
  const fresh = (caller: Caller): Texts => ({ mandate: caller.mandate(), workload: caller.workload() })
  const prepare = (target: string, textsOf: (caller: Caller, at: number) => Texts) => (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const at = index % callers.length
      const caller = callers[at]
      if (!caller) throw new Error('There is no caller.')
      return exchangeRequest(caller, target, textsOf(caller, at))
    })
  const known = (caller: Caller, at: number) => kept[at] ?? fresh(caller)
  return [
    {
      ...{ key: 'cached', server: 'authority', signing: 'ES256' },
      what: 'token exchange, workload JWT and mandate sent before',
      prepare: prepare(url, known),
    },
    {
      ...{ key: 'fresh', server: 'authority', signing: 'ES256' },
      what: 'token exchange, no proof sent before',
      prepare: prepare(url, fresh),
    },
    {
      ...{ key: 'floor', server: 'floor', signing: 'ES256' },
      what: 'the least of an exchange: a verification, a signature, a row',
      prepare: prepare(floorUrl, known),
    },
  ]
}

type PeerClients = { url: string; secret: string; client: KeyPair }

function theirs({ url: peerUrl, secret, client }: PeerClients, signing: Signing): Variant[] {
  const url = `${peerUrl}/token`
  const common = {
    ...{ grant_type: 'client_credentials', resource: PEER_RESOURCES[signing], scope: PEER_SCOPE },
  }
  const plain = () => formPost(url, { ...common, client_id: 'plain', client_secret: secret })
  const assertion = () => {
    const claims = { iss: 'proven', sub: 'proven', aud: peerUrl, jti: randomUUID() }
    return signJwt({ kid: 'client' }, { ...claims, iat: epoch(), exp: epoch() + 120 }, client.key)
  }
  const holder = makeKey()
  const proven = () =>
    formPost(
      url,
      { ...common, client_assertion_type: CLIENT_ASSERTION, client_assertion: assertion() },
      `dpop: ${proofFor(holder, url)}\r\n`,
    )
  return [
    {
      ...{ key: `plain ${signing}`, server: 'peer', signing },
      what: `oidc-provider, client_credentials, client_secret, ${signing}`,
      prepare: (count) => Array.from({ length: count }, plain),
    },
    {
      ...{ key: `proven ${signing}`, server: 'peer', signing },
      what: `oidc-provider, client_credentials, private_key_jwt and DPoP, ${signing}`,
      prepare: (count) => Array.from({ length: count }, proven),
    },
  ]
}

export const variantsOf = (
  callers: readonly Caller[],
  { tokenUrl, floorUrl, peer }: { tokenUrl: string; floorUrl: string; peer: PeerClients },
): Variant[] => [...ours(callers, tokenUrl, floorUrl), ...theirs(peer, 'ES256'), ...theirs(peer, 'RS256')]
