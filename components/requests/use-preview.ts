'use client'

import { useRef, useState } from 'react'
import { type FormState, IDLE } from '@/lib/web/form-state'
import { type Draft, termsOf } from './form-draft'
import type { PreviewAnswer } from './preview-answer'

const PAUSE_MS = 120

export type AskPreview = (
  state: FormState<PreviewAnswer>,
  form: FormData,
) => Promise<FormState<PreviewAnswer>>

export type Previewed =
  | { kind: 'incomplete' }
  | { kind: 'answered'; answer: PreviewAnswer; isAsking: boolean }
  | { kind: 'refused'; says: string }

const shownOf = (answer: FormState<PreviewAnswer> | null): Previewed => {
  if (answer?.kind === 'done') return { kind: 'answered', answer: answer.value, isAsking: false }
  if (answer?.kind !== 'refused')
    return { kind: 'refused', says: 'Policy did not answer. The server asks it again when you submit.' }
  // Nothing is sent while the form is filled: what stands here is what is wrong with a field.
  const [wrong] = Object.values(answer.fields)
  return { kind: 'refused', says: wrong ? `Policy was not asked. ${wrong}` : answer.says }
}

/** What policy would say of a draft. Asked when terms change, after a short pause; only the last answer counts. */
export function usePreview(ask: AskPreview, first: PreviewAnswer | null) {
  const [shown, setShown] = useState<Previewed>(
    first ? { kind: 'answered', answer: first, isAsking: false } : { kind: 'incomplete' },
  )
  const turn = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const askAbout = (draft: Draft) => {
    clearTimeout(timer.current)
    turn.current += 1
    const mine = turn.current
    const terms = termsOf(draft)
    if (!terms) return setShown({ kind: 'incomplete' })
    setShown((before) => (before.kind === 'answered' ? { ...before, isAsking: true } : before))
    timer.current = setTimeout(async () => {
      const answer = await ask(IDLE, terms).catch(() => null)
      if (mine === turn.current) setShown(shownOf(answer))
    }, PAUSE_MS)
  }
  return { shown, askAbout }
}
