import * as oauth from 'oauth4webapi'
import { Ended, Refused } from './say.mjs'

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]']
const TIMEOUT_MS = 15_000

/** Options of every request. Plain http is for loopback only. */
export function wire(url, absent, extra = {}) {
  return {
    [oauth.allowInsecureRequests]: LOOPBACK.includes(new URL(url).hostname),
    [oauth.customFetch]: async (address, init) => {
      try {
        return await fetch(address, init)
      } catch {
        throw new Ended(absent)
      }
    },
    signal: () => AbortSignal.timeout(TIMEOUT_MS),
    ...extra,
  }
}

/** Sends, reads, and repeats once when the server wants its nonce in the proof (RFC 9449 §8). */
export async function converse(by, send, read) {
  try {
    return await attempt(send, read)
  } catch (error) {
    throw await inTheirWords(by, error)
  }
}

async function attempt(send, read) {
  try {
    return await read(await send())
  } catch (error) {
    if (oauth.isDPoPNonceError(error)) return read(await send())
    throw error
  }
}

/** Calls a protected resource with a key-bound token and answers the parsed body, or throws what it said. */
export function callResource(by, { token, dpop, method, url, body }) {
  const absent = `${by} at ${url.origin} does not answer. It may have been stopped.`
  const headers = new Headers(body ? { 'content-type': 'application/json' } : {})
  return converse(
    by,
    () =>
      oauth.protectedResourceRequest(token, method, url, headers, body, wire(url, absent, { DPoP: dpop })),
    async (response) => {
      const answer = await response.json().catch(() => ({}))
      if (response.ok) return answer
      throw new Refused({ by, status: response.status, ...said(answer) })
    },
  )
}

async function inTheirWords(by, error) {
  if (error instanceof oauth.ResponseBodyError) {
    return new Refused({ by, status: error.status, ...said(error.cause) })
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    const challenge = error.cause[0]?.parameters ?? {}
    const body = await error.response.json().catch(() => ({}))
    return new Refused({ by, status: error.status, ...said({ ...challenge, ...body }) })
  }
  if (error instanceof oauth.OperationProcessingError) {
    const status = error.cause instanceof Response ? error.cause.status : undefined
    return new Refused({ by, status, words: `The answer is not what the standard says: ${error.message}.` })
  }
  return error
}

function said(body) {
  const policies = Array.isArray(body.policies)
    ? body.policies.filter((p) => typeof p === 'string')
    : undefined
  return { error: body.error, words: body.error_description, reason: body.reason, policies }
}
