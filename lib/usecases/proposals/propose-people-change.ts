import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { PeopleChange } from '@/lib/domain/people-change'
import type { Result } from '@/lib/domain/result'
import { type Proposed, proposeChange } from '../facts/propose'

export const ProposePeopleChange = PeopleChange

/** Proposes a change of people, roles or groups to the other administrators. */
export const proposePeopleChange = (
  actor: Actor,
  act: Act,
  change: PeopleChange,
): Promise<Result<Proposed>> => proposeChange(actor, act, { change, ability: 'people.change' })
