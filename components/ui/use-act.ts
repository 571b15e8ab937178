'use client'

import { unstable_rethrow } from 'next/navigation'
import { useState, useTransition } from 'react'
import { type FormState, IDLE } from '@/lib/web/form-state'
import { entryNote } from './entry-number'

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

/** What follows a yes: its value, and where it is written, as a toast says it: "Trail 48,214". */
export type OnDone<T> = (value: T, note: string | undefined) => void

/**
 * Sends a form to a server action. What was typed stays in the form, and `onDone` runs even when the new page no
 * longer has the button that was pressed.
 */
export function useAct<T>(action: FormAction<T>, onDone?: OnDone<T> | undefined) {
  const [state, setState] = useState<FormState<T>>(IDLE)
  const [pending, start] = useTransition()
  const send = (form: FormData) =>
    start(async () => {
      const answer = await action(state, form).catch((fault: unknown): FormState<T> => {
        unstable_rethrow(fault)
        return UNANSWERED
      })
      start(() => setState(answer))
      if (answer.kind === 'done') onDone?.(answer.value, entryNote(answer.leaf))
    })
  return { state, pending, send }
}
