import type { Actor } from '@/lib/domain/access'
import type { Administrators } from '@/lib/domain/administrators'
import { isAgentRegistration } from '@/lib/domain/agent-registration'
import type { OpenThings } from '@/lib/domain/open-things'
import type { RuleChange, RuleProposal } from '@/lib/domain/rule-change'
import { isServerChange } from '@/lib/domain/server-change'
import { isTemplateChange } from '@/lib/domain/template-change'
import { isTrustChange } from '@/lib/domain/trust-change'
import type { Tx } from './commit'
import { replaceWorkingHours } from './working-hours'
import { type Agreed, holdAdministrators, writePeopleChange } from './write-people'
import { insertProposal } from './write-proposals'
import { writeAgentRegistration } from './write-registrations'
import { writeServerChange } from './write-servers'
import { writeTemplateChange } from './write-templates'
import { writeTrustChange } from './write-trust'
import { activateWebhook } from './write-webhooks'

/** Writes a change of the rules over the versions that were read. */
export async function writeRuleChange(tx: Tx, change: RuleChange, of: Agreed): Promise<void> {
  if (isTrustChange(change)) await writeTrustChange(tx, change, of)
  else if (isServerChange(change)) await writeServerChange(tx, change, of)
  else if (isAgentRegistration(change)) await writeAgentRegistration(tx, change, of)
  else if (isTemplateChange(change)) await writeTemplateChange(tx, change, of)
  else if (change.kind === 'webhook.add')
    await activateWebhook(tx, { id: change.webhookId, rev: of.effect.rev }, of.now)
  else if (change.kind === 'hours.set')
    await replaceWorkingHours(tx, { id: of.tenantId, rev: of.effect.rev }, change)
  else await writePeopleChange(tx, change, of)
}

type Prepared = Pick<Agreed, 'effect' | 'now'> & {
  leaves: OpenThings | null
  proposal: RuleProposal
  administrators: Administrators
}

/** Stores a proposal; one of a single administrator is in force with it. */
export async function writeProposed(
  tx: Tx,
  actor: Pick<Actor, 'tenantId' | 'personId'>,
  { proposal, effect, leaves, administrators, now }: Prepared,
): Promise<void> {
  if (proposal.state === 'open') return insertProposal(tx, proposal, null)
  const { tenantId, personId: by } = actor
  await holdAdministrators(tx, actor, administrators)
  await insertProposal(tx, proposal, { by, at: now })
  await writeRuleChange(tx, proposal.change, { tenantId, effect, leaves, by, now })
}
