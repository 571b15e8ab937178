'use client'

import { useRouter } from 'next/navigation'
import { type ChangeEvent, type FormEvent, type ReactNode, useEffect, useRef, useTransition } from 'react'

type Props = {
  /** The address of what is shown: the fields go back to it whenever it changes. */
  shown: string
  children: ReactNode
}

/** A plain GET form. With script, a tick searches at once and empty fields stay out of the address. */
export function SearchForm({ shown, children }: Props) {
  const router = useRouter()
  const form = useRef<HTMLFormElement>(null)
  const [isPending, startTransition] = useTransition()
  const followed = useRef(shown)
  useEffect(() => {
    // What somebody typed before the script came alive is theirs: only another search puts the fields back.
    if (followed.current === shown) return
    followed.current = shown
    form.current?.reset()
  }, [shown])

  const search = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const params = new URLSearchParams()
    for (const [name, value] of new FormData(event.currentTarget))
      if (typeof value === 'string' && value !== '') params.append(name, value)
    startTransition(() => router.push(params.size > 0 ? `/audit?${params}` : '/audit'))
  }
  const searchAtOnce = ({ target, currentTarget }: ChangeEvent<HTMLFormElement>) => {
    const field: EventTarget = target
    const isTick = field instanceof HTMLInputElement && field.type === 'checkbox'
    if (isTick || field instanceof HTMLSelectElement) currentTarget.requestSubmit()
  }
  return (
    <search>
      <form
        ref={form}
        action="/audit"
        className="stack"
        onSubmit={search}
        onChange={searchAtOnce}
        aria-busy={isPending}
      >
        {children}
      </form>
    </search>
  )
}
