import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { isNameProposed } from '@/lib/data/registrations'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { Environment } from '@/lib/domain/agent-registration'
import { AgentId, TemplateId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refusal, refused } from '@/lib/domain/result'
import {
  GoalCategory,
  type TemplateChange,
  TemplateGoal,
  TemplateName,
  TemplateScopes,
  templateSlug,
} from '@/lib/domain/template-change'
import { type Proposed, prepareProposal } from '../facts/propose'
import { Minutes } from '../facts/proposed-fields'

const terms = {
  ...{ name: TemplateName, goal: TemplateGoal, goalCategory: GoalCategory, environment: Environment },
  minutes: Minutes,
  // Once each, in one order, so that the same choice is the same proposal.
  scopeIds: z.preprocess(
    (ids) => ids ?? [],
    TemplateScopes.transform((ids) => [...new Set(ids)].sort()),
  ),
}

export const ProposeTemplate = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('template.add'), agentId: AgentId, ...terms }),
  z.object({ kind: z.literal('template.set'), agentId: AgentId, templateId: TemplateId, ...terms }),
  z.object({ kind: z.literal('template.retire'), agentId: AgentId, templateId: TemplateId }),
])
export type ProposeTemplate = z.infer<typeof ProposeTemplate>

/** Proposes what an agent is asked for again and again to the other administrators, another form of it, or its end. */
export async function proposeTemplate(
  actor: Actor,
  act: Act,
  input: ProposeTemplate,
): Promise<Result<Proposed>> {
  if (!may(actor, 'template.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, input.kind, 'not_allowed')))
  const change = changeOf(input)
  const isAsked =
    change.kind === 'template.add' && (await isNameProposed(actor.tenantId, change, await databaseNow()))
  if (isAsked) return refusal('already_proposed')
  const prepared = await prepareProposal(actor, change)
  if (!prepared.ok) return prepared
  const { value } = prepared
  return commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
}

function changeOf(input: ProposeTemplate): TemplateChange {
  if (input.kind === 'template.retire') return input
  const { minutes, ...rest } = input
  const durationSeconds = minutes * 60
  if (rest.kind === 'template.set') return { ...rest, durationSeconds }
  return { ...rest, durationSeconds, templateId: newId('TemplateId'), slug: templateSlug(rest.name) }
}
