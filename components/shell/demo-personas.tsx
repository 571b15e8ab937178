'use client'

import { classNames } from '@/components/ui/class-names'

export type DemoPersona = { key: string; label: string }

type Props = {
  personas: readonly DemoPersona[]
  onContinue: (key: string) => Promise<void>
  className?: string | undefined
  buttonClassName?: string | undefined
}

/** "Continue as requester" and so on: one form each, so that it works before any script has loaded. */
export function DemoPersonas({ personas, onContinue, className, buttonClassName }: Props) {
  return (
    <ul className={classNames('personas', className)}>
      {personas.map(({ key, label }) => (
        <li key={key}>
          <form action={onContinue.bind(null, key)}>
            <button type="submit" className={buttonClassName}>
              Continue as {label}
            </button>
          </form>
        </li>
      ))}
    </ul>
  )
}
