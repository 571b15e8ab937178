import { type Exclusions, exclusionOf } from './approval'
import type { PersonId } from './ids'
import type { RefusalCode } from './refusals'
import type { Stage } from './stages'

/** Somebody of a group that a stage names, as the group lists them. */
export type Member = {
  personId: PersonId
  name: string
  addedBy: string
  disabled: Date | null
  isApprover: boolean
  hasPasskey: boolean
}

/** Who will be asked to sign a stage, and why somebody of its group cannot answer now. */
export type AskedPerson = { personId: PersonId; name: string; whyNot: string | null }

const EXCLUDED: Partial<Record<RefusalCode, string>> = {
  own_request: 'filed it',
  agent_owner: 'owns the agent',
  same_account: 'is the requester under another account',
  let_in_requester: 'let the requester in',
}

function whyNot(
  { personId, addedBy, disabled, isApprover, hasPasskey }: Member,
  exclusions: Exclusions,
  stage: Pick<Stage, 'passkey'>,
): string | null {
  if (disabled) return 'is disabled'
  if (!isApprover) return 'is no approver'
  const code = exclusionOf(personId, exclusions)
  if (code) return EXCLUDED[code] ?? 'is excluded'
  if (addedBy === personId) return 'took this seat themselves'
  return stage.passkey && !hasPasskey ? 'has no passkey yet' : null
}

/** Who of a group signs when nothing but the group is looked at. */
export const whoCanSign = (members: readonly Member[]): PersonId[] =>
  members
    .filter(({ personId, addedBy, disabled, isApprover }) => !disabled && isApprover && addedBy !== personId)
    .map(({ personId }) => personId)

/** The people of a group that a stage asks, those who can answer first. */
export const whoIsAsked = (
  members: readonly Member[],
  exclusions: Exclusions,
  stage: Pick<Stage, 'passkey'>,
): AskedPerson[] =>
  members
    .map((member) => ({
      personId: member.personId,
      name: member.name,
      whyNot: whyNot(member, exclusions, stage),
    }))
    .sort((a, b) => Number(a.whyNot !== null) - Number(b.whyNot !== null) || (a.name < b.name ? -1 : 1))
