'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import type { FormAction } from '@/components/ui/use-act'

export type WebhookActions = {
  test: FormAction<unknown>
  resume: FormAction<unknown>
  remove: FormAction<unknown>
}

type Props = { webhookId: string; origin: string; isSuspended: boolean; actions: WebhookActions }

/** What an administrator can do with an address. */
export function WebhookActs({ webhookId, origin, isSuspended, actions }: Props) {
  const common = { small: true, fields: { webhookId } } as const
  return (
    <div className="row">
      {isSuspended ? (
        <ActDialog
          {...common}
          verb="Resume"
          title={`Resume ${origin}`}
          working="Resuming"
          action={actions.resume}
          said="Resumed."
        >
          <p>What waits is sent now. What happened since it was suspended is not told.</p>
        </ActDialog>
      ) : (
        <ActDialog
          {...common}
          verb="Send test"
          title={`Send a test to ${origin}`}
          working="Sending"
          action={actions.test}
          said="The test is on its way."
        >
          <p>
            A message that says it is a test, signed as every other. Its line in the log tells what came of
            it.
          </p>
        </ActDialog>
      )}
      <ActDialog
        {...common}
        verb="Remove"
        title={`Remove ${origin}`}
        working="Removing"
        variant="danger"
        action={actions.remove}
        said="Removed."
      >
        <p>
          It is told nothing any more, and what waits is not sent. To add it again takes two administrators.
        </p>
      </ActDialog>
    </div>
  )
}
