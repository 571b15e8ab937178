'use client'

import { type FormEvent, startTransition } from 'react'
import { Button } from '@/components/ui/button'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { useHydrated } from '@/components/ui/use-hydrated'

type Refreshed = { came: 'changed' | 'unchanged' | 'failed'; says: string }
type Props = { name: string; action: FormAction<Refreshed> }

/** Has the bundle of a trust domain fetched at once, and says what came of it. */
export function RefreshTrust({ name, action }: Props) {
  const isReady = useHydrated()
  const { state, pending, send } = useAct(action)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (!pending) startTransition(() => send(form))
  }
  const says = state.kind === 'done' ? state.value.says : state.kind === 'refused' ? state.says : ''
  return (
    <form onSubmit={submit} className="contents">
      <input type="hidden" name="name" value={name} />
      <Button type="submit" small disabled={!isReady} pending={pending ? 'Fetching' : undefined}>
        Refresh
      </Button>
      <p role="status" className={says ? 'break muted order-last basis-full' : undefined}>
        {pending ? '' : says}
      </p>
    </form>
  )
}
