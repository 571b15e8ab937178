'use client'

import { type FormEvent, startTransition, useState } from 'react'
import { type Problem, promptToAdd, promptToSign } from '@/components/passkeys/prompt'
import { PromptProblem } from '@/components/passkeys/prompt-problem'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'
import { Input } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import { askBefore, type FormAction, useAct } from '@/components/ui/use-act'
import { errorOf, type FormState, IDLE } from '@/lib/web/form-state'

export type Begun = {
  options: Parameters<typeof promptToAdd>[0]
  /** What a passkey that is there signs first. */
  sign: Parameters<typeof promptToSign>[0] | null
}

type Props = { begin: FormAction<Begun>; add: FormAction<{ name: string }>; hasOne: boolean }

/** A name, then the browser's own prompt. */
export function AddPasskey(props: Props) {
  // Opened again, it begins anew.
  const [round, setRound] = useState(0)
  return (
    <Dialog verb="Add passkey" title="Add a passkey" onOpen={() => setRound(round + 1)}>
      <AddForm key={round} {...props} />
    </Dialog>
  )
}

function AddForm({ begin, add, hasOne }: Props) {
  const close = useCloseDialog()
  const [begun, setBegun] = useState<FormState<Begun>>(IDLE)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  const { state, pending, send } = useAct(add, ({ name }) => {
    close()
    toast({ title: `Passkey “${name}” added.`, text: 'From now on you sign with a passkey.' })
  })
  const make = async (sent: FormData) => {
    const answer = await askBefore(begin, sent)
    setBegun(answer)
    if (answer.kind !== 'done') return
    const { options, sign } = answer.value
    if (sign) {
      const signed = await promptToSign(sign, 'Add passkey')
      if ('problem' in signed) return setProblem(signed.problem)
      sent.set('assertion', signed.answer)
    }
    const prompted = await promptToAdd(options)
    if ('problem' in prompted) return setProblem(prompted.problem)
    sent.set('attestation', prompted.answer)
    startTransition(() => send(sent))
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (pending || asking) return
    setProblem(null)
    setAsking(true)
    make(new FormData(event.currentTarget)).finally(() => setAsking(false))
  }
  const nameError = errorOf(begun, 'name') ?? errorOf(state, 'name')
  return (
    <form onSubmit={submit} className="stack" noValidate>
      <p>Your browser asks for a fingerprint, a face, a PIN or a security key. Nothing of that leaves it.</p>
      {hasOne ? <p>It asks for a passkey you have first, then for the new one.</p> : null}
      <Input
        label="Name"
        name="name"
        autoComplete="off"
        maxLength={60}
        hint="So that you know it again, as in: Laptop at work."
        error={nameError}
      />
      <PromptProblem problem={problem} />
      {nameError ? null : <Refusal state={begun} />}
      {nameError ? null : <Refusal state={state} />}
      <DialogFooter>
        <Button
          type="submit"
          variant="primary"
          pending={asking || pending ? 'Waiting for the passkey' : undefined}
        >
          Add passkey
        </Button>
      </DialogFooter>
    </form>
  )
}
