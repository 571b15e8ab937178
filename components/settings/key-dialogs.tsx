'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Textarea } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

const reason = (error: string | undefined) => (
  <Textarea
    label="Reason"
    name="reason"
    hint="It may stay empty. It is kept in the trail."
    error={error}
    rows={2}
  />
)

/** Has the next key sign from now on, after asking. */
export function RotateKey({ action }: { action: FormAction<unknown> }) {
  return (
    <ActDialog
      verb="Rotate now"
      small
      title="Rotate the signing keys"
      working="Rotating"
      action={action}
      said="The next key signs from now on."
    >
      {(state) => (
        <>
          <p>
            The next key signs from now on, and a new one is published to follow it. What the present key
            signed stays good: the key is published until its last token and mandate have ended.
          </p>
          <p>For a key that somebody else may hold, choose End on that key instead.</p>
          {reason(errorOf(state, 'reason'))}
        </>
      )}
    </ActDialog>
  )
}

const WHAT_ENDS = {
  active:
    'Every token and mandate it signed is refused from then on. Requesters take their mandates from the request page again, and agents ask for new tokens. The next key signs.',
  old: 'Every token and mandate it signed is refused from then on. Requesters take their mandates from the request page again, and agents ask for new tokens.',
  next: 'It has signed nothing. Another one is made in its place.',
} as const

type End = { kid: string; state: keyof typeof WHAT_ENDS; action: FormAction<unknown> }

/** Believes a key no more, after asking. */
export function EndKey({ kid, state: of, action }: End) {
  return (
    <ActDialog
      verb="End"
      title="End a signing key at once"
      working="Ending"
      variant="danger"
      small
      action={action}
      fields={{ kid }}
      said="The key was ended."
    >
      {(state) => (
        <>
          <p>
            <code className="break">{kid}</code>
          </p>
          <p>{WHAT_ENDS[of]}</p>
          <p>
            Do this for a key that somebody else may hold. Resource servers that only check offline go on
            believing it until they fetch the keys again.
          </p>
          {reason(errorOf(state, 'reason'))}
        </>
      )}
    </ActDialog>
  )
}
