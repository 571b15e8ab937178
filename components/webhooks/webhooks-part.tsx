import { Empty } from '@/components/ui/empty'
import { Link } from '@/components/ui/link'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import type { FormAction } from '@/components/ui/use-act'
import { ALL_KINDS, NOTICE_SUBJECTS } from '@/lib/domain/notice'
import { WEBHOOK_FORMS, type WebhookState } from '@/lib/domain/webhook-state'
import { type Added, AddWebhook } from './add-webhook'
import { WebhookHealth } from './webhook-state'

type Props = {
  webhooks: readonly WebhookState[]
  /** For who may add one. */
  adding: { action: FormAction<Added>; isAlone: boolean } | null
}

const COLUMNS = [
  { label: 'Where' },
  { label: 'Form' },
  { label: 'State' },
  { label: 'Told' },
  { label: 'Since' },
]

/** The addresses outside that are told what happens. */
export function WebhooksPart({ webhooks, adding }: Props) {
  return (
    <Part
      title="Webhooks"
      aside={adding ? <AddWebhook {...adding} /> : 'Webhook: an address outside that is told what happens.'}
      className="stack"
    >
      {webhooks.length === 0 ? (
        <Empty title="Nothing outside is told what happens here.">
          Webhook: an address outside that is told what happens.
        </Empty>
      ) : (
        <Table caption="Webhooks" columns={COLUMNS} className="directory">
          {webhooks.map((webhook) => (
            <tr key={webhook.id}>
              <Cell label="Where">
                <Link href={`/settings/webhooks/${webhook.id}`} className="break">
                  {webhook.origin}
                </Link>
              </Cell>
              <Cell label="Form">{WEBHOOK_FORMS[webhook.form]}</Cell>
              <Cell label="State">
                <WebhookHealth {...webhook} />
              </Cell>
              <Cell label="Told">
                {webhook.kinds.length === ALL_KINDS.length
                  ? 'Everything'
                  : webhook.kinds.map((kind) => NOTICE_SUBJECTS[kind]).join('; ')}
              </Cell>
              <Cell label="Since">{webhook.active ? <Moment at={webhook.active} /> : null}</Cell>
            </tr>
          ))}
        </Table>
      )}
    </Part>
  )
}
