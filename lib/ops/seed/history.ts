import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findRequest } from '@/lib/data/requests'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { DEMO_ISSUER, type Persona } from '@/lib/domain/personas'
import { SubmitRequest } from '@/lib/domain/request'
import type { Result } from '@/lib/domain/result'
import type { World } from '@/lib/domain/world'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { denyRequest } from '@/lib/usecases/approvals/deny-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { completeGrant } from '@/lib/usecases/grants/complete-grant'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { noteExpiries } from '@/lib/usecases/sweep/note-expiries'
import { STORIES, type Story } from './stories'

const answerOf = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`The seed was refused: ${result.refusal.code} ${result.refusal.says ?? ''}`)
  return result.value
}

const ACT = { via: 'seed' } as const

export type SeedClock = { now: () => Date; set: (time: Date) => void; pass: (seconds: number) => void }

class Past {
  constructor(
    private readonly world: World,
    private readonly clock: SeedClock,
  ) {}

  private async actor(persona: Persona): Promise<Actor> {
    const actor = await findPersonActor(DEMO_ISSUER, persona, newId('SignInId'), this.clock.now())
    if (!actor) throw new Error(`The demo has no ${persona}.`)
    return actor
  }

  private act = (actor: Actor) => ({ ...ACT, humanId: actor.personId })

  private async file(story: Story): Promise<RequestId> {
    const template = this.world.templates.find(({ slug }) => slug === story.template)
    if (!template) throw new Error(`The demo has no template ${story.template}.`)
    const extra = this.world.servers
      .flatMap(({ scopes }) => scopes)
      .filter(({ action }) => story.extraScopes?.includes(action))
    const input = SubmitRequest.parse({
      templateId: template.id,
      agentId: template.agentId,
      goal: story.goal ?? template.goal,
      scopeIds: [...template.scopeIds, ...extra.map(({ id }) => id)],
      durationMinutes: story.minutes ?? template.durationSeconds / 60,
      justification: story.justification,
      ticket: story.ticket,
      environment: story.environment ?? template.environment,
    })
    const requester = await this.actor(story.by ?? 'requester')
    return answerOf(await submitRequest(requester, this.act(requester), input)).id
  }

  private async sign(requestId: RequestId, persona: Persona, denyReason?: string): Promise<void> {
    const approver = await this.actor(persona)
    const act = this.act(approver)
    const verdict = denyReason ? 'deny' : 'approve'
    const { nonce, digest } = answerOf(await prepareSigning(approver, act, { requestId, verdict }))
    this.clock.pass(20)
    if (denyReason)
      answerOf(await denyRequest(approver, act, { requestId, nonce, digest, reason: denyReason }))
    else answerOf(await approveRequest(approver, act, { requestId, nonce, digest }))
  }

  private async end(requestId: RequestId, story: Story): Promise<void> {
    const grantId = (await findRequest(requestId))?.grant?.id
    if (!grantId || !story.ending) return
    const by = await this.actor(story.ending.by)
    if (story.ending.how === 'completed') answerOf(await completeGrant(by, this.act(by), { grantId }))
    else answerOf(await revokeGrant(by, this.act(by), { grantId, reason: story.ending.reason ?? '' }))
  }

  async tell(story: Story): Promise<void> {
    const requestId = await this.file(story)
    for (const { after, by, deny } of story.signatures ?? []) {
      this.clock.pass(after)
      await this.sign(requestId, by, deny)
    }
    if (story.withdrawnAfter) {
      this.clock.pass(story.withdrawnAfter)
      const requester = await this.actor(story.by ?? 'requester')
      answerOf(await withdrawRequest(requester, this.act(requester), { requestId }))
    }
    if (story.ending) {
      this.clock.pass(story.ending.after)
      await this.end(requestId, story)
    }
  }
}

/** Lives the stories of the past weeks through the real use cases, in order of time. */
export async function liveHistory(world: World, clock: SeedClock, today: Date): Promise<number> {
  const past = new Past(world, clock)
  for (const story of STORIES) {
    const start = new Date(today.getTime() - story.daysAgo * 86_400_000)
    start.setUTCHours(story.hour, story.minute, (story.minute * 7) % 60, 0)
    clock.set(start)
    await noteExpiries('seed')
    await past.tell(story)
  }
  clock.set(today)
  await noteExpiries('seed')
  return STORIES.length
}
