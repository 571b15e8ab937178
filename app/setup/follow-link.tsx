'use client'

import type { FormEvent } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { type FormAction, useAct } from '@/components/ui/use-act'

/** Sends the secret of the fragment in a POST, and takes it out of the address bar and of the history. */
export function FollowLink({ action }: { action: FormAction<null> }) {
  const { state, pending, send } = useAct(action)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData()
    form.set('secret', window.location.hash.slice(1))
    window.history.replaceState(null, '', window.location.pathname)
    if (!pending) send(form)
  }
  return (
    <section aria-label="The printed link" className="sign-in-way">
      <p>It works once and for 15 minutes. Using it changes nothing but that it cannot be used again.</p>
      <form onSubmit={submit} className="stack">
        <Refusal state={state} />
        <div>
          <Button type="submit" variant="primary" pending={pending ? 'Using' : undefined}>
            Use this link
          </Button>
        </div>
      </form>
    </section>
  )
}
