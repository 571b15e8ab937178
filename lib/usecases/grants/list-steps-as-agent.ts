import { findAgentGrant } from '@/lib/data/agent-grants'
import { listSteps } from '@/lib/data/steps'
import { GrantId } from '@/lib/domain/ids'
import { stepView } from '@/lib/domain/step'
import { refuseProof } from '@/lib/domain/wire-reasons'
import { granted, type WireResult } from '@/lib/domain/wire-result'
import { type Call, gatherKnown } from '../facts/authority'
import { proveOwnToken } from '../facts/proofs'

export type Steps = { steps: ReturnType<typeof stepView>[] }

/** What an agent proposed under a grant of its own, newest first, and whether its human has answered. */
export async function listStepsAsAgent(call: Call, grantId: string): Promise<WireResult<Steps>> {
  const known = await gatherKnown(call.context)
  const proven = await proveOwnToken(call, known)
  if (!proven.ok) return proven
  const id = GrantId.safeParse(grantId)
  const grant = id.success ? await findAgentGrant(proven.agent.id, id.data) : null
  if (!grant) return { ...refuseProof('grant_unknown'), status: 404 }
  const steps = await listSteps(grant.id, known.now)
  return granted({ steps: steps.map((step) => stepView({ ...step, under: grant.id })) })
}
