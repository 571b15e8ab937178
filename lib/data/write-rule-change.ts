import type { RuleChange } from '@/lib/domain/rule-change'
import type { Tx } from './commit'
import { replaceWorkingHours } from './working-hours'
import { type Agreed, writePeopleChange } from './write-people'
import { activateWebhook } from './write-webhooks'

/** Writes a change of the rules over the versions that were read. */
export async function writeRuleChange(tx: Tx, change: RuleChange, of: Agreed): Promise<void> {
  if (change.kind === 'webhook.add')
    await activateWebhook(tx, { id: change.webhookId, rev: of.effect.rev }, of.now)
  else if (change.kind === 'hours.set')
    await replaceWorkingHours(tx, { id: of.tenantId, rev: of.effect.rev }, change)
  else await writePeopleChange(tx, change, of)
}
