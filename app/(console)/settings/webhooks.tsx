import { WebhooksPart } from '@/components/webhooks/webhooks-part'
import { listAdministrators } from '@/lib/data/person-states'
import { listWebhooks } from '@/lib/data/webhooks'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { pageNow } from '@/lib/web/session'
import { addWebhookAction } from './webhook-actions'

/** The addresses outside that are told what happens, for who may see them. */
export async function Webhooks({ actor }: { actor: Actor }) {
  if (!may(actor, 'webhook.see')) return null
  const { tenantId, personId } = actor
  const [webhooks, administrators, now] = await Promise.all([
    listWebhooks(tenantId),
    listAdministrators(tenantId),
    pageNow(),
  ])
  const adding = may(actor, 'webhook.change')
    ? { action: addWebhookAction, isAlone: isAlone(administrators, personId, now) }
    : null
  return <WebhooksPart webhooks={webhooks} adding={adding} />
}
