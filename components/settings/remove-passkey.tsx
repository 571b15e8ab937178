'use client'

import { type FormEvent, type ReactNode, startTransition, useState } from 'react'
import { type Problem, promptToSign } from '@/components/passkeys/prompt'
import { PromptProblem } from '@/components/passkeys/prompt-problem'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'
import { toast } from '@/components/ui/toast'
import { askBefore, type FormAction, useAct } from '@/components/ui/use-act'
import { type FormState, IDLE } from '@/lib/web/form-state'

export type BegunRemoval = { sign: Parameters<typeof promptToSign>[0] | null }

type Props = {
  credentialId: string
  begin: FormAction<BegunRemoval>
  remove: FormAction<unknown>
  children: ReactNode
}

/** One of the passkeys signs that one of them goes. */
export function RemovePasskey(props: Props) {
  // Opened again, it begins anew.
  const [round, setRound] = useState(0)
  return (
    <Dialog
      verb="Remove"
      title="Remove this passkey"
      variant="danger"
      small
      onOpen={() => setRound(round + 1)}
    >
      <RemoveForm key={round} {...props} />
    </Dialog>
  )
}

function RemoveForm({ credentialId, begin, remove, children }: Props) {
  const close = useCloseDialog()
  const [begun, setBegun] = useState<FormState<BegunRemoval>>(IDLE)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [asking, setAsking] = useState(false)
  const { state, pending, send } = useAct(remove, () => {
    close()
    toast({ title: 'Passkey removed.' })
  })
  const sign = async (sent: FormData) => {
    const answer = await askBefore(begin, sent)
    setBegun(answer)
    if (answer.kind !== 'done') return
    if (answer.value.sign) {
      const prompted = await promptToSign(answer.value.sign, 'Remove')
      if ('problem' in prompted) return setProblem(prompted.problem)
      sent.set('assertion', prompted.answer)
    }
    startTransition(() => send(sent))
  }
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (pending || asking) return
    setProblem(null)
    setAsking(true)
    sign(new FormData(event.currentTarget)).finally(() => setAsking(false))
  }
  return (
    <form onSubmit={submit} className="stack">
      <input type="hidden" name="credentialId" value={credentialId} />
      {children}
      <p>
        Your browser asks for this passkey or another one of yours. An administrator helps who has lost all.
      </p>
      <PromptProblem problem={problem} />
      <Refusal state={begun} />
      <Refusal state={state} />
      <DialogFooter>
        <Button
          type="submit"
          variant="danger"
          pending={asking || pending ? 'Waiting for the passkey' : undefined}
        >
          Remove
        </Button>
      </DialogFooter>
    </form>
  )
}
