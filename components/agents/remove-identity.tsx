'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import type { FormAction } from '@/components/ui/use-act'

type Props = {
  agentId: string
  slug: string
  identity: { id: string; what: string }
  action: FormAction<unknown>
}

/** Takes an identity away, after asking. */
export function RemoveIdentity({ agentId, slug, identity, action }: Props) {
  return (
    <ActDialog
      verb="Remove"
      title={`Remove an identity of ${slug}`}
      working="Removing"
      variant="danger"
      small
      action={action}
      fields={{ agentId, identityId: identity.id }}
      said="Identity removed."
    >
      <p>
        <code className="break">{identity.what}</code>
      </p>
      <p>
        From then on nothing is issued to whoever proves it. It takes effect at once; adding it again needs
        another administrator.
      </p>
    </ActDialog>
  )
}
