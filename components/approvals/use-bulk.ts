'use client'

import { useState } from 'react'
import { promptToSign } from '@/components/passkeys/prompt'
import type { FormAction } from '@/components/ui/use-act'
import { type FormState, IDLE } from '@/lib/web/form-state'
import type { Signed } from './sign-dialog'

export type PreparedMany = {
  prepared: {
    requestId: string
    nonce: string
    digest: string
    /** What the browser has a passkey sign this one with. Null: the sign-in signs. */
    passkey: Parameters<typeof promptToSign>[0] | null
  }[]
  refused: { requestId: string; says: string }[]
}

/** How far one request of several is: shown, being signed, signed, or refused with its reason. */
export type Step = {
  id: string
  digest: string | null
  state: 'shown' | 'signing' | 'done' | 'refused'
  says: string
}

const UNANSWERED = 'The console did not answer. Open the request to see whether anything was signed.'

const saysOf = (answer: FormState) => {
  if (answer.kind !== 'refused') return ''
  return [answer.says, ...Object.values(answer.fields)].join(' ')
}

type Bulk = { verdict: 'approve' | 'deny'; prepare: FormAction<PreparedMany>; sign: FormAction<Signed> }

/**
 * Several requests, one signature each: all digests are made when the dialog opens and signed one after the other. What
 * fails says why and stops none of the others.
 */
export function useBulk({ verdict, prepare, sign }: Bulk) {
  const [asked, setAsked] = useState<FormState<PreparedMany>>(IDLE)
  const [steps, setSteps] = useState<readonly Step[]>([])
  const [isBusy, setBusy] = useState(false)
  const open = async (ids: readonly string[]) => {
    setAsked(IDLE)
    setSteps(ids.map((id) => ({ id, digest: null, state: 'shown', says: '' })))
    const form = new FormData()
    for (const id of ids) form.append('requestIds[]', id)
    form.set('verdict', verdict)
    const answer = await prepare(IDLE, form).catch((): FormState<PreparedMany> => unanswered())
    setAsked(answer)
    if (answer.kind === 'done') setSteps(ids.map((id) => stepOf(id, answer.value)))
  }
  const signAll = async (reason: string): Promise<number> => {
    if (isBusy || asked.kind !== 'done') return 0
    setBusy(true)
    let signed = 0
    for (const { requestId, nonce, digest, passkey } of asked.value.prepared) {
      const move = (step: Partial<Step>) =>
        setSteps((all) => all.map((one) => (one.id === requestId ? { ...one, ...step } : one)))
      move({ state: 'signing' })
      const form = new FormData()
      for (const [name, value] of Object.entries({ requestId, nonce, digest, reason })) form.set(name, value)
      // A passkey signs one digest at a time: there is one prompt for each request.
      const prompted = passkey ? await promptToSign(passkey, 'the button') : null
      if (prompted && 'problem' in prompted) {
        move({ state: 'refused', says: prompted.problem.title })
        continue
      }
      if (prompted) form.set('assertion', prompted.answer)
      const answer = await sign(IDLE, form).catch((): FormState<Signed> => unanswered())
      if (answer.kind === 'done') signed += 1
      move(answer.kind === 'done' ? { state: 'done' } : { state: 'refused', says: saysOf(answer) })
    }
    setBusy(false)
    return signed
  }
  return { asked, steps, isBusy, open, signAll }
}

const unanswered = <T>(): FormState<T> => ({
  kind: 'refused',
  code: 'unavailable',
  says: UNANSWERED,
  fields: {},
  values: {},
})

function stepOf(id: string, { prepared, refused }: PreparedMany): Step {
  const one = prepared.find(({ requestId }) => requestId === id)
  const no = refused.find(({ requestId }) => requestId === id)
  return one
    ? { id, digest: one.digest, state: 'shown', says: '' }
    : { id, digest: null, state: 'refused', says: no?.says ?? '' }
}
