import type { StageDemand } from '@/lib/domain/question'
import { stageTimeOf, TIME_ANNOTATIONS } from './stage-time'

const OF_APPROVAL = ['quorum', 'order', 'passkey', 'sameDevice', ...TIME_ANNOTATIONS]
const KNOWN = ['id', 'says', 'approval', ...OF_APPROVAL]
const ID = /^[a-z0-9][a-z0-9-]{0,99}$/
const GROUP = /^[a-z][a-z0-9-]{0,62}$/
const COUNT = /^[1-9][0-9]?$/

/** The id of the note on a denial that no policy caused. No policy may take it. */
export const NO_POLICY_ALLOWS = 'no-policy-allows'

export type Annotated = { id: string; says: string; demand: StageDemand | null; problems: string[] }

function demandOf(
  annotations: Readonly<Record<string, string>>,
  effect: 'permit' | 'forbid',
  problems: string[],
) {
  const { approval, quorum = '1', order = '1', passkey, sameDevice } = annotations
  if (approval === undefined) {
    for (const name of OF_APPROVAL)
      if (name in annotations) problems.push(`@${name} means nothing without @approval.`)
    return null
  }
  if (effect === 'permit') problems.push('@approval belongs on a forbid, never on a permit.')
  if (!GROUP.test(approval))
    problems.push('@approval names no group. Use lower-case letters, digits and dashes.')
  if (!COUNT.test(quorum)) problems.push('@quorum has to be a whole number from 1 to 99.')
  if (!COUNT.test(order)) problems.push('@order has to be a whole number from 1 to 99.')
  if (passkey !== undefined && passkey !== 'required') problems.push('@passkey can only be "required".')
  if (sameDevice !== undefined && sameDevice !== 'one-more')
    problems.push('@sameDevice can only be "one-more".')
  return {
    name: approval,
    quorum: Number(quorum),
    order: Number(order),
    passkey: passkey === 'required',
    ...(sameDevice === 'one-more' ? { sameDevice: 'one-more' as const } : {}),
    ...stageTimeOf(annotations, problems),
  }
}

/** What a policy's annotations say. A misspelt one would weaken the policy silently, so unknown names are problems. */
export function readAnnotations(
  annotations: Readonly<Record<string, string>>,
  effect: 'permit' | 'forbid',
): Annotated {
  const { id = '', says = '' } = annotations
  const problems = Object.keys(annotations)
    .filter((name) => !KNOWN.includes(name))
    .map((name) => `@${name} is not an annotation known here.`)
  if (!ID.test(id)) problems.push('Every policy needs an @id of lower-case letters, digits and dashes.')
  if (id === NO_POLICY_ALLOWS) problems.push(`The id ${NO_POLICY_ALLOWS} is taken.`)
  if (says.trim() === '') problems.push('Every policy needs a sentence for people in @says.')
  return { id, says, demand: demandOf(annotations, effect, problems), problems }
}
