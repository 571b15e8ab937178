'use client'

import { type MouseEvent, startTransition } from 'react'
import { buttonClass } from '@/components/ui/button'

type Props = {
  persona: { key: string; label: string }
  to: string
  onContinue: (to: string, key: string) => Promise<void>
}

/** Becomes that person and goes where the step is done. Before any script has loaded it leads to the sign-in page. */
export function ContinueLink({ persona, to, onContinue }: Props) {
  const go = (event: MouseEvent) => {
    event.preventDefault()
    startTransition(() => onContinue(to, persona.key))
  }
  return (
    <a className={buttonClass({ small: true })} href={`/sign-in?to=${encodeURIComponent(to)}`} onClick={go}>
      Continue as {persona.label}
    </a>
  )
}
