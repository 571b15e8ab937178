import * as oauth from 'oauth4webapi'

const METADATA_SECONDS = 300
const FRESH_SECONDS = 5
const TIMEOUT_MS = 3000

/** The authority could not be asked. Nothing is allowed on the strength of that. */
export class AuthorityAway extends Error {}

/** A resource server's view of its authority: metadata found from the issuer's URL, kept for a while. */
export class Authority {
  readonly #issuer: URL
  #known: { server: oauth.AuthorizationServer; at: number } | undefined

  constructor(issuer: string) {
    this.#issuer = new URL(issuer)
  }

  async metadata(): Promise<oauth.AuthorizationServer> {
    if (this.#known && now() - this.#known.at < METADATA_SECONDS) return this.#known.server
    const response = await oauth.discoveryRequest(this.#issuer, { algorithm: 'oauth2', ...this.wire() })
    const server = await oauth.processDiscoveryResponse(this.#issuer, response).catch((cause) => {
      throw new AuthorityAway('The metadata of the authority is not usable.', { cause })
    })
    this.#known = { server, at: now() }
    return server
  }

  /** After an unknown key: true when what is known was old enough to be worth asking again. */
  forget(): boolean {
    const old = this.#known !== undefined && now() - this.#known.at >= FRESH_SECONDS
    if (old) this.#known = undefined
    return old
  }

  /** Options of every request to the authority. Plain http is for loopback, where the demo lives. */
  wire() {
    return {
      [oauth.allowInsecureRequests]: isLoopback(this.#issuer),
      [oauth.customFetch]: fetchOrAway,
      signal: () => AbortSignal.timeout(TIMEOUT_MS),
    }
  }
}

async function fetchOrAway(
  url: string,
  options: Omit<RequestInit, 'body'> & { body?: unknown },
): Promise<Response> {
  const { body, ...rest } = options
  try {
    const init: RequestInit = body instanceof URLSearchParams ? { ...rest, body } : rest
    const response = await fetch(url, init)
    if (response.status >= 500 || response.status === 429) throw new AuthorityAway()
    return response
  } catch (cause) {
    throw new AuthorityAway('The authority did not answer.', { cause })
  }
}

function isLoopback(url: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
}

function now(): number {
  return Math.floor(Date.now() / 1000)
}
