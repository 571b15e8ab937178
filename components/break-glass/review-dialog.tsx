'use client'

import { type FormEvent, startTransition, useState } from 'react'
import { PromptProblem } from '@/components/passkeys/prompt-problem'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'
import { Textarea } from '@/components/ui/input'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { askBefore } from '@/components/ui/use-act'
import { errorOf, type FormState, IDLE } from '@/lib/web/form-state'
import { type ToSign, useSigning } from '../approvals/use-signing'
import type { ReviewActions } from './review-part'

type Props = { requestId: string; actions: ReviewActions }

/** Signs that one has looked at a use of break-glass. */
export function ReviewDialog(props: Props) {
  const { requestId, actions } = props
  const [prepared, setPrepared] = useState<FormState<ToSign>>(IDLE)
  const open = () => {
    setPrepared(IDLE)
    const form = new FormData()
    form.set('requestId', requestId)
    startTransition(async () => {
      const answer = await askBefore(actions.prepare, form)
      startTransition(() => setPrepared(answer))
    })
  }
  return (
    <Dialog verb="Sign review" title={`Sign the review of ${requestId}`} variant="primary" onOpen={open}>
      <ReviewForm {...props} prepared={prepared} />
    </Dialog>
  )
}

function ReviewForm({ requestId, actions, prepared }: Props & { prepared: FormState<ToSign> }) {
  const close = useCloseDialog()
  const { shown, state, busy, problem, start } = useSigning(prepared, actions.sign, ({ id }, note) => {
    close()
    toast({ title: `${id} reviewed.`, text: 'Its requester may break glass again.', note })
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!shown) return
    const form = new FormData(event.currentTarget)
    form.set('requestId', requestId)
    start({ form, shown, verb: 'Sign review' }, form.get('note') !== '')
  }
  const noteError = errorOf(state, 'note')
  return (
    <form onSubmit={submit} className="stack" noValidate>
      <Textarea
        label="Note"
        name="note"
        hint="What you found: was it necessary, and did the agent do what was said?"
        error={noteError}
      />
      <p className="note">You sign that you have looked at it. The digest:</p>
      <p className="digest">{shown ? shown.digest : <Skeleton width={440} />}</p>
      <PromptProblem problem={problem} />
      <Refusal state={prepared} />
      {noteError ? null : <Refusal state={state} />}
      <DialogFooter>
        <Button type="submit" variant="primary" disabled={!shown} pending={busy}>
          Sign review
        </Button>
      </DialogFooter>
    </form>
  )
}
