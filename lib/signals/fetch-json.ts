import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Permit } from '@/lib/domain/outgoing-address'
import { parseStrictJson } from '@/lib/domain/strict-json'
import { egressAgent } from './egress'

const LONGEST_MS = 5000
const MOST_BYTES = 256 * 1024

export type Fetching = { url: URL; permit: Permit; lookup?: LookupFunction | undefined; longestMs?: number }
export type Fetched = { ok: true; value: unknown } | { ok: false; problem: string }

const no = (problem: string): Fetched => ({ ok: false, problem })

/**
 * Gets one JSON document through the one way out: at most 256 KiB and 5 seconds, no redirect followed, and what is
 * unencrypted from addresses inside only, where they are allowed.
 */
export function fetchJson({ url, permit, lookup, longestMs = LONGEST_MS }: Fetching): Promise<Fetched> {
  const agent = egressAgent({
    ...{ protocol: url.protocol, permit, plainInsideOnly: true, longestMs },
    ...(lookup ? { lookup } : {}),
  })
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve) => {
    const fail = () => resolve(no('It does not answer, or it may not be called from here.'))
    try {
      const sent = request(url, { agent, headers: { accept: 'application/json' }, maxHeaderSize: 8192 })
      sent.once('response', (response) => void read(response).then(resolve, fail))
      sent.on('error', fail)
      sent.end()
    } catch {
      fail()
    }
  })
}

async function read(response: http.IncomingMessage): Promise<Fetched> {
  if (response.statusCode !== 200) {
    response.destroy()
    return no(`It answers with status ${response.statusCode ?? 0}.`)
  }
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response) {
    length += part.length
    if (length > MOST_BYTES) {
      response.destroy()
      return no('Its answer is longer than 256 KiB.')
    }
    parts.push(part)
  }
  const json = parseStrictJson(Buffer.concat(parts).toString('utf8'))
  return json.ok ? { ok: true, value: json.value } : no(`Its answer cannot be read. ${json.problem}`)
}
