import type { RequestView, Signer, StageView } from '@/components/requests/request-view'
import { isSameDevice } from '@/lib/data/devices'
import type { Represented } from '@/lib/data/standings'
import { type Actor, may } from '@/lib/domain/access'
import type { Votable } from '@/lib/domain/approval'
import { stageToSign } from '@/lib/domain/place'
import type { RefusalCode } from '@/lib/domain/refusals'
import type { Status } from '@/lib/domain/status'

type Awaiting = { stage: StageView; signers: readonly Signer[] } | { code: RefusalCode } | null

type Facts = {
  stages: readonly StageView[]
  status: Status
  now: Date
  represented: readonly Represented[]
  passkeys: number
}

function signingOf(actor: Actor, votable: Votable, of: Facts): Awaiting {
  const { stages, status, now, represented, passkeys } = of
  if (status !== 'awaiting') return null
  const own = stageToSign(actor, votable, now)
  const asDeputy = represented.flatMap((standing) => {
    const place = stageToSign(actor, votable, now, standing)
    return 'stage' in place ? [{ id: standing.personId, name: standing.name, stage: place.stage }] : []
  })
  const first = 'stage' in own ? own.stage : asDeputy[0]?.stage
  if (!first)
    return 'stage' in own || (own.code === 'not_in_stage' && !may(actor, 'approval.decide')) ? null : own
  if (!may(actor, 'approval.decide')) return null
  if (first.passkey && passkeys === 0) return { code: 'passkey_required' }
  const stage = stages.find((one) => one.stage === first)
  const signers = [...('stage' in own ? [{ id: '', name: actor.name }] : []), ...asDeputy]
  return stage ? { stage, signers: signers.map(({ id, name }) => ({ id, name })) } : null
}

/** The stage this person would sign, with how many more it takes after them, or why they cannot sign. */
export async function findSigning(
  actor: Actor,
  votable: Votable,
  of: Facts,
): Promise<RequestView['signing']> {
  const mine = signingOf(actor, votable, of)
  if (!mine || 'code' in mine) return mine
  const { stage, counted, quorum, oneMoreFor } = mine.stage
  const mayAsk = stage.sameDevice === 'one-more' && oneMoreFor.length === 0
  const asksOneMore = mayAsk && (await isSameDevice(actor.signInId, votable.exclusions.requester.personId))
  return { ...mine, asksOneMore, after: quorum + (asksOneMore ? 1 : 0) - counted - 1 }
}
