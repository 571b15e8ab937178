'use client'

import { unstable_rethrow } from 'next/navigation'
import { useState, useTransition } from 'react'
import { type FormState, IDLE } from '@/lib/web/form-state'

export type FormAction<T> = (state: FormState<T>, form: FormData) => Promise<FormState<T>>

const UNANSWERED = {
  kind: 'refused',
  code: 'unavailable',
  says: 'The console did not answer. Reload the page to see whether anything was changed.',
  fields: {},
  values: {},
} as const satisfies FormState

/**
 * Asks for what a dialog needs before anything is done, as the digest that is signed. An answer that never comes is
 * said like one that refuses.
 */
export const askBefore = <T>(action: FormAction<T>, form: FormData): Promise<FormState<T>> =>
  action(IDLE, form).catch((fault: unknown): FormState<T> => {
    unstable_rethrow(fault)
    return {
      ...UNANSWERED,
      says: 'The console did not answer. Nothing was changed. Close this and try again.',
    }
  })

/**
 * Sends a form to a server action. What was typed stays in the form, and `onDone` runs even when the new page no
 * longer has the button that was pressed.
 */
export function useAct<T>(action: FormAction<T>, onDone?: ((value: T) => void) | undefined) {
  const [state, setState] = useState<FormState<T>>(IDLE)
  const [pending, start] = useTransition()
  const send = (form: FormData) =>
    start(async () => {
      const answer = await action(state, form).catch((fault: unknown): FormState<T> => {
        unstable_rethrow(fault)
        return UNANSWERED
      })
      start(() => setState(answer))
      if (answer.kind === 'done') onDone?.(answer.value)
    })
  return { state, pending, send }
}
