import { HoursPart } from '@/components/settings/hours-part'
import { listAdministrators } from '@/lib/data/person-states'
import { findWorkingHours } from '@/lib/data/working-hours'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { policyInForce } from '@/lib/usecases/facts/policy-in-force'
import { pageNow } from '@/lib/web/session'
import { proposeRuleChangeAction } from './actions'

/** When the tenant works, and who asks for it, for who may see that. */
export async function Hours({ actor }: { actor: Actor }) {
  if (!may(actor, 'hours.see')) return null
  const { tenantId, personId } = actor
  const [hours, administrators, now, set] = await Promise.all([
    findWorkingHours(tenantId),
    listAdministrators(tenantId),
    pageNow(),
    policyInForce(),
  ])
  const askedBy = [...set.entries.values()].filter(({ cedar }) => cedar.includes('workingHours'))
  const proposing = may(actor, 'hours.change')
    ? { action: proposeRuleChangeAction, isAlone: isAlone(administrators, personId, now) }
    : null
  return <HoursPart hours={hours} now={now} askedBy={askedBy.map(({ id }) => id)} proposing={proposing} />
}
