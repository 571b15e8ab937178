'use client'

import { type FormEvent, type ReactNode, startTransition, useState } from 'react'
import type { Proposing } from '@/components/people/propose'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'
import { toast } from '@/components/ui/toast'
import { type FormAction, useAct } from '@/components/ui/use-act'
import type { FormState } from '@/lib/web/form-state'

type Proposed = { state: 'open' | 'activated'; secret: string | null }
export type ProposingServer = Omit<Proposing, 'action'> & { action: FormAction<Proposed> }

type Props = ProposingServer & {
  verb: string
  title: string
  fields: Readonly<Record<string, string>>
  /** What is said when it is in force. */
  said: string
  children: ReactNode | ((state: FormState<Proposed>) => ReactNode)
}

/**
 * Asks for a change that may make a client secret, which is then shown in the same dialog, once: closed, it is gone. The
 * page behind may say by then what can be done next; the dialog goes on saying what was asked.
 */
export function ProposeOnce({ verb, title, said, ...props }: Props) {
  const [turn, setTurn] = useState(0)
  const [asked, setAsked] = useState<{ title: string; said: string } | null>(null)
  const forget = () => {
    setAsked(null)
    setTurn(turn + 1)
  }
  const words = asked ?? { title, said }
  return (
    <Dialog verb={verb} title={words.title} small onClosed={forget}>
      <Form key={turn} verb={verb} said={words.said} onAsk={() => setAsked(words)} {...props} />
    </Dialog>
  )
}

type FormProps = Omit<Props, 'title'> & { onAsk: () => void }

function Form({ verb, fields, said, action, isAlone, onAsk, children }: FormProps) {
  const close = useCloseDialog()
  const { state, pending, send } = useAct(action, ({ secret, state: proposed }, note) => {
    if (secret) return
    close()
    toast(
      proposed === 'activated'
        ? { title: said, note }
        : { tone: 'wait', title: 'Proposed.', text: 'It waits for another administrator.', note },
    )
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (pending) return
    onAsk()
    startTransition(() => send(form))
  }
  if (state.kind === 'done' && state.value.secret)
    return <Once said={said} secret={state.value.secret} state={state.value.state} />
  return (
    <form onSubmit={submit} className="stack">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {typeof children === 'function' ? children(state) : children}
      <p className="muted">
        {isAlone
          ? 'You are the only administrator, so this takes effect at once. The trail marks it so.'
          : 'Another administrator has to activate this. Nothing changes until then.'}
      </p>
      <Refusal state={state} />
      <DialogFooter>
        <Button type="submit" variant="primary" pending={pending ? 'Sending' : undefined}>
          {verb}
        </Button>
      </DialogFooter>
    </form>
  )
}

function Once({ said, secret, state }: { said: string; secret: string; state: 'open' | 'activated' }) {
  const close = useCloseDialog()
  return (
    <div className="stack">
      <p role="status">
        {state === 'activated'
          ? said
          : 'Proposed. The secret works once another administrator has activated it.'}
      </p>
      <p>
        <b>Shown once.</b> Give it to the resource server now. Only its hash is kept here.
      </p>
      <p>
        <code className="break">{secret}</code>
      </p>
      <p>
        <CopyButton text={secret} label="Copy secret" />
      </p>
      <footer>
        <Button onClick={close}>Close</Button>
      </footer>
    </div>
  )
}
