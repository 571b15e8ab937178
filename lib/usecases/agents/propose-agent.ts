import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { isNameProposed } from '@/lib/data/registrations'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import {
  AgentName,
  type AgentRegistration,
  Environments,
  Owners,
  Purpose,
} from '@/lib/domain/agent-registration'
import { AgentId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refusal, refused } from '@/lib/domain/result'
import { type Proposed, prepareProposal } from '../facts/propose'

// Typed in one line. Once each, in one order, so that the same list is the same proposal.
const EnvironmentsLine = z
  .string()
  .max(1000, 'Keep it under 1,000 characters.')
  .transform((line) => [...new Set(line.split(/[\s,]+/).filter((name) => name !== ''))].sort())
  .pipe(Environments)

const described = {
  purpose: Purpose,
  owners: Owners.transform((ids) => [...new Set(ids)].sort()),
  environments: EnvironmentsLine,
}
const missing = { ...described, owners: z.preprocess((ids) => ids ?? [], described.owners) }

export const ProposeAgent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('agent.add'), slug: AgentName, ...missing }),
  z.object({ kind: z.literal('agent.set'), agentId: AgentId, ...missing }),
])
export type ProposeAgent = z.infer<typeof ProposeAgent>

/** Proposes an agent to the other administrators, or other owners, environments or another purpose of one. */
export async function proposeAgent(actor: Actor, act: Act, input: ProposeAgent): Promise<Result<Proposed>> {
  if (!may(actor, 'agent.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, input.kind, 'not_allowed')))
  const isAsked =
    input.kind === 'agent.add' && (await isNameProposed(actor.tenantId, input, await databaseNow()))
  if (isAsked) return refusal('already_proposed')
  const change: AgentRegistration =
    input.kind === 'agent.add' ? { ...input, agentId: newId('AgentId') } : input
  const prepared = await prepareProposal(actor, change)
  // Whoever tries a name that is taken for another agent's is remembered.
  if (!prepared.ok && prepared.refusal.code === 'agent_looks_alike')
    return commit<never>(
      act,
      refused(prepared.refusal, ruleAttempt(actor, input.kind, prepared.refusal.code)),
    )
  if (!prepared.ok) return prepared
  const { value } = prepared
  return commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
}
