import { databaseNow } from '@/lib/data/clock'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { listVisibleRequests } from '@/lib/data/visible-requests'
import type { Actor } from '@/lib/domain/access'
import { DEMO_ISSUER, type Persona } from '@/lib/domain/personas'
import { previewNarrowing } from '@/lib/usecases/approvals/preview-narrowing'
import { type Line, ms, quantile, timed } from './figures'

const ROUNDS = 200
const GOAL_MS = 100

async function actorOf(persona: Persona): Promise<Actor> {
  const actor = await findPersonActor(DEMO_ISSUER, persona, newId('SignInId'), await databaseNow())
  if (!actor) throw new Error(`There is no ${persona}.`)
  return actor
}

/** What policy says of less, as the server answers it while an approver types: facts read, every scope asked. */
export async function measureNarrowing(): Promise<Line> {
  const [approver, now] = [await actorOf('approver'), await databaseNow()]
  const [waiting] = await listVisibleRequests(approver, { statuses: ['awaiting'] }, { now, take: 1 })
  if (!waiting) throw new Error('Nothing waits in the demo.')
  const scopeIds = waiting.scopes.map(({ id }) => id)
  const most = Math.floor(waiting.durationSeconds / 60) - 1
  let round = 0
  const took = await timed(ROUNDS, async () => {
    round += 1
    const changes = { scopeIds, durationMinutes: 1 + (round % most) }
    const answer = await previewNarrowing(approver, { requestId: waiting.id, ...changes })
    if (!answer.ok) throw new Error(`Refused: ${answer.refusal.code}`)
  })
  const p95 = quantile(took, 0.95)
  return {
    what: `preview of a narrower grant, ${scopeIds.length} scopes, p50 / p95`,
    figure: `${ms(quantile(took, 0.5))} / ${ms(p95)}`,
    goal: `p95 ≤ ${GOAL_MS} ms`,
    holds: p95 <= GOAL_MS,
  }
}
