import { z } from 'zod'
import { listGroups } from '@/lib/data/groups'
import type { Actor } from '@/lib/domain/access'
import { RequestId, type ScopeId } from '@/lib/domain/ids'
import type { Verdict } from '@/lib/domain/question'
import { REFUSALS } from '@/lib/domain/refusals'
import type { Result } from '@/lib/domain/result'
import { areWhole, CHANGES, changesOf, NOT_WHOLE, termsToSign } from '@/lib/domain/signed-terms'
import { askNarrower, narrowerProblem } from '../facts/narrowing'
import { policyInForce } from '../facts/policy-in-force'
import { DeputyFor, gatherSigning } from '../facts/signing'

export const PreviewNarrowing = z
  .object({ requestId: RequestId, deputyFor: DeputyFor, ...CHANGES })
  .refine(areWhole, NOT_WHOLE)

export type NarrowingPreview = {
  /** Why this cannot be signed, or null. */
  problem: string | null
  verdict: Verdict | null
  stages: { groupName: string; quorum: number }[]
  policies: { id: string; says: string }[]
  scopeIds: ScopeId[]
  durationSeconds: number
}

/** What policy would say of a grant with less in it. Nothing is stored, nothing is signed. */
export async function previewNarrowing(
  actor: Actor,
  input: z.infer<typeof PreviewNarrowing>,
): Promise<Result<NarrowingPreview>> {
  const [signable, set] = await Promise.all([gatherSigning(actor, input), policyInForce()])
  if ('outcome' in signable) return signable.outcome.result
  const chosen = termsToSign(signable.left, changesOf(input))
  const { scopes, durationSeconds } = 'terms' in chosen ? chosen.terms : signable.left
  const terms = { scopeIds: scopes.map(({ id }) => id), durationSeconds }
  if ('code' in chosen) {
    const problem = REFUSALS[chosen.code].says
    return { ok: true, value: { problem, verdict: null, stages: [], policies: [], ...terms } }
  }
  const [groups, asked] = await Promise.all([
    listGroups(signable.place.stage.tenantId),
    askNarrower(set, signable, chosen.terms),
  ])
  const deciding = asked.answers.filter(({ answer }) => answer.verdict === asked.verdict)
  const notes = deciding.flatMap(({ answer }) => answer.policies)
  return {
    ok: true,
    value: {
      problem: narrowerProblem(asked)?.says ?? null,
      verdict: asked.verdict,
      stages: asked.stages.map(({ name, quorum }) => ({
        groupName: groups.find(({ slug }) => slug === name)?.name ?? name,
        quorum,
      })),
      policies: [...new Map(notes.map(({ id, says }) => [id, { id, says }])).values()],
      ...terms,
    },
  }
}
