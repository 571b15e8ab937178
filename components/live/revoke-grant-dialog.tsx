'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Textarea } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { boundSentences, type LiveGrant } from '@/lib/domain/live-grant'

type Props = { grant: LiveGrant; now: number; revoke: FormAction<unknown> }

/** What would follow stands above the button; the reason may stay empty, for revoking must not wait for words. */
export function RevokeGrantDialog({ grant, now, revoke }: Props) {
  return (
    <ActDialog
      verb="Revoke"
      title={`Revoke ${grant.id}`}
      working="Revoking"
      action={revoke}
      fields={{ grantId: grant.id }}
      said={`${grant.id} revoked.`}
      variant="danger"
      small
    >
      <p>
        {grant.agent} acts for {grant.requester}. No token is issued for it once you confirm.
      </p>
      <ul>
        {boundSentences(grant.bounds, now).map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Textarea label="Reason" name="reason" hint="It may stay empty. The requester reads it." />
    </ActDialog>
  )
}
