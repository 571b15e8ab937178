import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Secrets } from '@/lib/domain/secrets'
import type { Log } from '@/lib/serve/log'
import { readinessAnswer } from '@/lib/serve/readiness'
import { currentReference } from '@/lib/serve/reference'
import { checkReadiness } from '@/lib/usecases/health/check-readiness'

function answerJson(response: ServerResponse, status: number, body: object): void {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  response.writeHead(status, headers).end(JSON.stringify(body))
}

/**
 * Answers `GET /healthz` (alive) and `GET /readyz` (work may be sent here) without sign-in and before any page.
 * Strangers learn which part is missing; the causes go to the log.
 */
export async function answerHealth(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { secret, log }: { secret: Secrets; log: Log },
): Promise<boolean> {
  if (method !== 'GET' && method !== 'HEAD') return false
  if (url === '/healthz') answerJson(response, 200, { status: 'alive' })
  else if (url === '/readyz') {
    const { status, body } = await readinessAnswer(async () => {
      const { missing, faults } = await checkReadiness(secret)
      for (const fault of faults) log.fault('not ready', fault, { reference: currentReference() })
      return missing
    })
    answerJson(response, status, body)
  } else return false
  return true
}
