import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { findOpenThings } from '@/lib/data/open-things'
import { findPersonState, listAdministrators } from '@/lib/data/person-states'
import { endOpenThings } from '@/lib/data/write-offboarding'
import { holdAdministrators, replacePerson } from '@/lib/data/write-people'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { ChangeReason } from '@/lib/domain/agent-change'
import { PersonId } from '@/lib/domain/ids'
import { disabling } from '@/lib/domain/people-change'
import { disabledEvents } from '@/lib/domain/people-events'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'

export const DisablePerson = z.object({ personId: PersonId, reason: ChangeReason })
export type DisablePerson = z.infer<typeof DisablePerson>

export type Disabled = { requests: number; grants: number; votes: number; signIns: number }

const ATTEMPTS = 3

/**
 * Disables a person at once, and ends what they have open in the same transaction. Their row decides: from that commit
 * on nothing is issued, confirmed or signed for them, whatever else is stored. A few hundred of each kind end here with
 * an event each; what is beyond has ended by that row too, and the sweep writes it down.
 */
export async function disablePerson(actor: Actor, act: Act, input: DisablePerson): Promise<Result<Disabled>> {
  const found = await findPersonState(actor.tenantId, input.personId)
  if (!found) return refusal('not_found')
  if (!may(actor, 'people.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'person.disable', 'not_allowed')))
  // Somebody who works on while they are disabled must not be able to keep it from happening.
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    const result = await disableOnce(actor, act, input)
    if (result.ok || result.refusal.code !== 'changed_meanwhile') return result
  }
  return disableOnce(actor, act, input)
}

async function disableOnce(
  actor: Actor,
  act: Act,
  { personId, reason }: DisablePerson,
): Promise<Result<Disabled>> {
  const { tenantId } = actor
  const now = await databaseNow()
  const [person, administrators, things] = await Promise.all([
    findPersonState(tenantId, personId),
    listAdministrators(tenantId),
    findOpenThings(personId, now),
  ])
  if (!person) return refusal('not_found')
  const decided = disabling(actor.personId, person, administrators)
  if (!decided.ok) return decided
  const { requests, grants, votes, signIns } = things
  const ended = {
    requests: requests.length,
    grants: grants.length,
    votes: votes.length,
    signIns: signIns.length,
  }
  const events = disabledEvents(personId, things, { tenantId, by: actor.personId }, reason)
  return commit(act, done<Disabled>(ended, ...events), async (tx) => {
    await holdAdministrators(tx, actor, administrators)
    await replacePerson(tx, person, { disabled: now })
    await endOpenThings(tx, personId, things, { by: actor.personId, now })
  })
}
