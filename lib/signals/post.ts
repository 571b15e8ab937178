import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { DeliveryFailure } from '@/lib/domain/delivery'
import type { Permit } from '@/lib/domain/outgoing-address'
import { egressAgent, isEgressRefusal } from './egress'

/** A post takes no longer than this. Of the answer only its status is read. */
const LONGEST_MS = 5000

export type Posting = {
  url: URL
  body: string
  headers: Readonly<Record<string, string>>
  permit: Permit
  lookup?: LookupFunction | undefined
  longestMs?: number
}

export type Posted = { status: number | null; failure: DeliveryFailure | null }

const TLS = /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|EPROTO)/

function failureOf(fault: unknown): DeliveryFailure {
  if (isEgressRefusal(fault)) return 'not_allowed'
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no_address'
  if (code === 'ETIMEDOUT') return 'timeout'
  if (code === 'ECONNREFUSED') return 'refused'
  return TLS.test(code) ? 'tls' : 'lost'
}

const outcomeOf = (status: number): Posted => {
  if (status >= 200 && status < 300) return { status, failure: null }
  return { status, failure: status >= 300 && status < 400 ? 'redirect' : 'answer' }
}

/** Posts once, through the one way out. A redirect is a failure, and a body that never ends is not read. */
export function post({
  url,
  body,
  headers,
  permit,
  lookup,
  longestMs = LONGEST_MS,
}: Posting): Promise<Posted> {
  const agent = egressAgent({
    protocol: url.protocol,
    permit,
    plainInsideOnly: true,
    longestMs,
    ...(lookup ? { lookup } : {}),
  })
  const { request } = url.protocol === 'https:' ? https : http
  return new Promise((resolve) => {
    const fail = (fault: unknown) => resolve({ status: null, failure: failureOf(fault) })
    try {
      const sent = request(url, {
        method: 'POST',
        agent,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        maxHeaderSize: 8192,
      })
      sent.once('response', (response) => {
        resolve(outcomeOf(response.statusCode ?? 0))
        response.once('error', () => {})
        response.destroy()
      })
      sent.on('error', fail)
      sent.end(body)
    } catch (fault) {
      fail(fault)
    }
  })
}
