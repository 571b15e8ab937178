'use client'

import { type FormEvent, useRef } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Textarea } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { useHydrated } from '@/components/ui/use-hydrated'
import { errorOf } from '@/lib/web/form-state'

/** What was typed stays until the server has it. */
export function AddComment({ requestId, action }: { requestId: string; action: FormAction<unknown> }) {
  const form = useRef<HTMLFormElement>(null)
  const { state, pending, send } = useAct(action, () => {
    form.current?.reset()
    toast({ title: 'Comment added.' })
  })
  const isReady = useHydrated()
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!pending) send(new FormData(event.currentTarget))
  }
  return (
    <form ref={form} onSubmit={submit} className="stack no-print" noValidate>
      <input type="hidden" name="requestId" value={requestId} />
      <Textarea
        label="Comment"
        name="text"
        rows={2}
        hint="Everybody who may see this request reads it. It stays in the trail."
        error={errorOf(state, 'text')}
      />
      {state.kind === 'refused' && !errorOf(state, 'text') ? (
        <Callout tone="bad" title={state.says} role="alert" />
      ) : null}
      <div>
        <Button type="submit" disabled={!isReady} pending={pending ? 'Adding' : undefined}>
          Add comment
        </Button>
      </div>
    </form>
  )
}
