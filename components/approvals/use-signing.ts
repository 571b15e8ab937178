'use client'

import { startTransition, useState } from 'react'
import { type Problem, promptToSign } from '@/components/passkeys/prompt'
import { type FormAction, type OnDone, useAct } from '@/components/ui/use-act'
import { type FormState, IDLE } from '@/lib/web/form-state'

/** What the server will accept as signed: made when the dialog opens, for one use, for 5 minutes. */
export type ToSign = {
  nonce: string
  digest: string
  /** What the browser has a passkey sign with. Null: the sign-in signs. */
  passkey: Parameters<typeof promptToSign>[0] | null
}

export type Prepared = ToSign & {
  stage: { groupName: string }
  /** What the stage is left with: places to fill, and people who could. Null for a no. */
  room: { places: number; people: number } | null
}

type Sent = { form: FormData; shown: ToSign; verb: string }

/**
 * The signing step of a dialog: the passkey signs the digest that is shown, then the form goes out with its answer. A
 * prompt that is closed loses nothing: what was typed stays, and the same digest can be signed again. What was answered
 * about another digest is over with it: a dialog stays while it is closed and opened again.
 */
export function useSigning<S extends ToSign, T>(
  prepared: FormState<S>,
  sign: FormAction<T>,
  onDone: OnDone<T>,
) {
  const shown = prepared.kind === 'done' ? prepared.value : null
  const { state, pending, send } = useAct(sign, onDone)
  const [about, setAbout] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const ask = async ({ form, shown, verb }: Sent) => {
    if (!shown.passkey) return
    const prompted = await promptToSign(shown.passkey, verb)
    if ('problem' in prompted) return setProblem(prompted.problem)
    form.set('assertion', prompted.answer)
    startTransition(() => send(form))
  }
  const start = (sent: Sent, isComplete = true) => {
    if (asking || pending) return
    setProblem(null)
    setAbout(sent.shown.digest)
    sent.form.set('nonce', sent.shown.nonce)
    sent.form.set('digest', sent.shown.digest)
    // Nobody is asked for a fingerprint for what the server will send back.
    if (!sent.shown.passkey || !isComplete) return startTransition(() => send(sent.form))
    setAsking(true)
    ask(sent).finally(() => setAsking(false))
  }
  const busy = asking ? 'Waiting for your passkey' : pending ? 'Signing' : undefined
  const answer: FormState<T> = shown?.digest === about ? state : IDLE
  return { shown, state: answer, busy, problem, start }
}
