import { findAgent } from '@/lib/data/agents'
import { databaseNow } from '@/lib/data/clock'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findScopes } from '@/lib/data/scopes'
import { listTemplates } from '@/lib/data/templates'
import type { Actor } from '@/lib/domain/access'
import { DEMO_ISSUER } from '@/lib/domain/personas'
import { USUAL_HOURS } from '@/lib/domain/working-hours'
import { decide } from '@/lib/policy/decide'
import { questionsOf } from '@/lib/usecases/facts/ask-policy'
import { policyInForce } from '@/lib/usecases/facts/policy-in-force'
import { previewRequest } from '@/lib/usecases/requests/preview-request'
import { type Line, ms, quantile, timed } from './figures'

async function requester(): Promise<Actor> {
  const actor = await findPersonActor(DEMO_ISSUER, 'requester', newId('SignInId'), await databaseNow())
  if (!actor) throw new Error('The demo has no requester.')
  return actor
}

/** One decision with the default set and the preview of a whole request, on the running installation's database. */
export async function measurePolicy(): Promise<Line[]> {
  const actor = await requester()
  const template = (await listTemplates(actor.tenantId)).find(
    ({ slug }) => slug === 'resolve-a-refund-ticket',
  )
  const agent = template && (await findAgent(actor.tenantId, template.agentId))
  if (!template || !agent) throw new Error('The demo has no refund template.')
  const [set, scopes, now] = [await policyInForce(), await findScopes(template.scopeIds), await databaseNow()]
  const { goalCategory, environment, durationSeconds } = template
  const [question] = questionsOf({
    agent,
    scopes: scopes.filter(({ action }) => action === 'ticket:read'),
    goalCategory,
    environment,
    approvedEnvironment: environment,
    durationSeconds,
    hours: USUAL_HOURS,
    now,
    requester: { id: actor.personId, roles: actor.roles },
  })
  if (!question) throw new Error('The demo has no scope to ask about.')
  // Another duration each round, so that no answer is remembered.
  const fresh = (round: number) => {
    const answer = decide(set, { ...question, durationSeconds: 60 + round })
    if (answer.verdict !== 'allowed') throw new Error(`Round ${round} was ${answer.verdict}.`)
  }
  await timed(300, fresh)
  const cold = await timed(1000, (round) => fresh(round + 300))
  const kept = await timed(500, () => decide(set, question))
  const preview = await timed(200, async (round) => {
    const durationMinutes = 1 + (round % 59)
    const answer = await previewRequest(actor, {
      agentId: agent.id,
      scopeIds: template.scopeIds,
      durationMinutes,
      environment,
    })
    if (!answer.ok || answer.value.verdict !== 'held') throw new Error('The preview is not what policy says.')
  })
  const p50 = quantile(cold, 0.5)
  const p95 = quantile(preview, 0.95)
  return [
    {
      what: 'one decision, default set, preparsed, p50',
      figure: ms(p50),
      goal: '≤ 0.30 ms',
      holds: p50 <= 0.3,
    },
    {
      what: 'the same, remembered, p50',
      figure: ms(quantile(kept, 0.5)),
      goal: 'below a fresh one',
      ratio: `${(quantile(kept, 0.5) / p50).toFixed(2)} × fresh`,
      holds: quantile(kept, 0.5) < p50,
    },
    {
      what: 'policy preview of 3 scopes, p50 / p95',
      figure: `${ms(quantile(preview, 0.5))} / ${ms(p95)}`,
      goal: 'p95 ≤ 100 ms',
      holds: p95 <= 100,
    },
  ]
}
