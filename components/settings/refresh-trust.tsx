'use client'

import { type FormEvent, startTransition } from 'react'
import { Button } from '@/components/ui/button'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { useHydrated } from '@/components/ui/use-hydrated'

type Props = { fields: Readonly<Record<string, string>>; action: FormAction<{ says: string }> }

/** Has the bundle of a trust domain, or the keys of an issuer, fetched at once, and says what came of it. */
export function RefreshTrust({ fields, action }: Props) {
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
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <Button type="submit" small disabled={!isReady} pending={pending ? 'Fetching' : undefined}>
        Refresh
      </Button>
      <p role="status" className={says ? 'break muted order-last basis-full' : 'vh'}>
        {pending ? '' : says}
      </p>
    </form>
  )
}
