'use client'

import { type ReactNode, useActionState } from 'react'
import { type FormState, IDLE } from '@/lib/web/form-state'
import { Callout } from './callout'
import { SubmitButton } from './submit-button'
import type { FormAction } from './use-act'

type Props<T> = {
  action: FormAction<T>
  verb: string
  /** While the server works: "Signing in". */
  working: string
  disabled?: boolean | undefined
  /** The fields. They get the server's last answer. */
  children: (state: FormState<T>) => ReactNode
  /** What stands there instead once the server has said yes. */
  done?: ((value: T) => ReactNode) | undefined
}

/** A form that is posted, with or without script, and comes back with what is wrong beside each field. */
export function AnsweredForm<T>({ action, verb, working, disabled, children, done }: Props<T>) {
  const [state, send] = useActionState<FormState<T>, FormData>(action, IDLE)
  if (state.kind === 'done' && done) return done(state.value)
  return (
    <form action={send} className="stack" noValidate>
      {state.kind === 'refused' ? <Callout tone="bad" title={state.says} role="alert" /> : null}
      {children(state)}
      <div>
        <SubmitButton variant="primary" working={working} disabled={disabled}>
          {verb}
        </SubmitButton>
      </div>
    </form>
  )
}
