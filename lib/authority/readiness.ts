import type { Context } from 'hono'
import type { Secrets } from '@/lib/domain/secrets'
import { readinessAnswer } from '@/lib/serve/readiness'
import { checkReadiness } from '@/lib/usecases/health/check-readiness'
import type { Env } from './call'
import type { Log } from './log'

/** `GET /readyz`: whether work may be sent here. The causes go to the log. */
export async function readiness(c: Context<Env>, { secret, log }: { secret: Secrets; log: Log }) {
  const { status, body } = await readinessAnswer(async () => {
    const { missing, faults } = await checkReadiness(secret)
    for (const fault of faults) log.fault(c.get('reference'), fault)
    return missing
  })
  c.header('Cache-Control', 'no-store')
  return c.json(body, status)
}
