import { rolesOf } from '@/lib/data/people'
import { findWorkingHours } from '@/lib/data/working-hours'
import type { Actor } from '@/lib/domain/access'
import type { Answer } from '@/lib/domain/question'
import { type Changes, stagesBeyond, termsToSign } from '@/lib/domain/signed-terms'
import { mergeStages, type Stage } from '@/lib/domain/stages'
import type { Terms } from '@/lib/domain/terms'
import { decide } from '@/lib/policy/decide'
import { summarise } from '@/lib/policy/explain'
import type { LoadedPolicySet } from '@/lib/policy/load'
import { questionsOf } from './ask-policy'
import { type Signable, type Unsignable, unsignable } from './signing'

export type NarrowerAnswer = {
  answers: { scope: Terms['scopes'][number]; answer: Answer }[]
  verdict: Answer['verdict']
  stages: Stage[]
  /** Stages nobody was asked for when the request was filed. */
  beyond: Stage[]
}

/** What policy says of a narrower grant, nobody having signed. Nothing of it is stored. */
export async function askNarrower(
  set: LoadedPolicySet,
  { request, now }: Pick<Signable, 'request' | 'now'>,
  terms: Terms,
): Promise<NarrowerAnswer> {
  const { agent, goalCategory, environment, requester, tenantId } = request
  const [roles, hours] = await Promise.all([rolesOf(requester.id, tenantId), findWorkingHours(tenantId)])
  const place = { environment, approvedEnvironment: environment }
  const questions = questionsOf({
    ...{ agent, goalCategory, ...place, ...terms, hours, now },
    requester: { id: requester.id, roles },
  })
  const answers = questions.map((question) => ({ scope: question.scope, answer: decide(set, question) }))
  const stages = mergeStages(answers.map(({ scope, answer }) => ({ tenantId: scope.tenantId, answer })))
  const { verdict } = summarise(answers)
  return { answers, verdict, stages, beyond: stagesBeyond(request.stages, stages) }
}

const stageWords = (stages: readonly Stage[]) =>
  stages.map(({ name, quorum }) => `${name.replaceAll('-', ' ')} (${quorum})`).join(', ')

/** Why a narrower grant cannot be signed, in the policies' words, or null. */
export function narrowerProblem({ answers, verdict, beyond }: NarrowerAnswer) {
  if (verdict === 'refused') {
    const notes = answers
      .filter(({ answer }) => answer.verdict === 'refused')
      .flatMap(({ answer }) => answer.policies)
    const says = [...new Set(notes.map((note) => note.says))].join(' ')
    const code = 'narrowing_refused' as const
    return { code, says: `Policy refuses this narrower grant. ${says}`, notes }
  }
  if (beyond.length === 0) return null
  const says = `This narrower grant would need signatures nobody was asked for: ${stageWords(beyond)}.`
  const notes = answers.flatMap(({ answer }) => answer.policies)
  return { code: 'narrowing_needs_others' as const, says, notes }
}

/** What this person signs: all that is left, or less when policy does not object. A refusal leaves its trace. */
export async function chooseTerms(
  actor: Actor,
  signable: Signable,
  changes: Changes | null,
  set: LoadedPolicySet,
): Promise<{ terms: Terms } | Unsignable> {
  const { request, left } = signable
  const chosen = termsToSign(left, changes)
  if ('code' in chosen) return unsignable(actor, request, chosen)
  if (!changes) return chosen
  const problem = narrowerProblem(await askNarrower(set, signable, chosen.terms))
  if (!problem) return chosen
  const { notes, code, says } = problem
  return unsignable(actor, request, { code, says: `${says} Nothing was signed.` }, [
    ...new Set(notes.map(({ id }) => id)),
  ])
}
