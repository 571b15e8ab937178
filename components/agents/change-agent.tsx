'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Textarea } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

type Change = { agentId: string; slug: string; action: FormAction<unknown> }

const reason = (error: string | undefined) => (
  <Textarea
    label="Reason"
    name="reason"
    hint="It may stay empty. It is kept in the trail."
    error={error}
    rows={2}
  />
)

/** Stops an agent, after asking. */
export function SuspendAgent({ agentId, slug, live, action }: Change & { live: number }) {
  return (
    <ActDialog
      verb="Suspend"
      title={`Suspend ${slug}`}
      working="Suspending"
      variant="danger"
      small
      action={action}
      fields={{ agentId }}
      said={`${slug} suspended.`}
    >
      {(state) => (
        <>
          <p>
            Nothing is issued to {slug} from then on, and resource servers that ask hear no. A token that is
            only checked offline ends by itself within 5 minutes.
          </p>
          <p>{liveWords(live)}</p>
          {reason(errorOf(state, 'reason'))}
        </>
      )}
    </ActDialog>
  )
}

const liveWords = (live: number) =>
  live === 0
    ? 'It has no live grant.'
    : `Its ${live === 1 ? 'live grant stays' : `${live} live grants stay`} on record and can be used again once it is resumed.`

/** Lets it work again, after asking. */
export function ResumeAgent({ agentId, slug, action }: Change) {
  return (
    <ActDialog
      verb="Resume"
      title={`Resume ${slug}`}
      working="Resuming"
      small
      action={action}
      fields={{ agentId }}
      said={`${slug} resumed.`}
    >
      {(state) => (
        <>
          <p>{slug} may be given credentials again, for grants that are still live and for new ones.</p>
          {reason(errorOf(state, 'reason'))}
        </>
      )}
    </ActDialog>
  )
}
