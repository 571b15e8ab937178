'use client'

import { type FormEvent, type ReactNode, startTransition, useState } from 'react'
import type { FormState } from '@/lib/web/form-state'
import { Button, type Look } from './button'
import { Callout } from './callout'
import { Dialog, DialogFooter, useCloseDialog } from './dialog'
import { toast } from './toast'
import { type FormAction, type OnDone, useAct } from './use-act'

type Act<T> = {
  /** "Approve" */
  verb: string
  /** While the server works: "Signing". */
  working: string
  action: FormAction<T>
  /** Hidden fields: what is acted on. */
  fields?: Readonly<Record<string, string | number>> | undefined
  /** What the toast says once the server has confirmed: "R-7F3K approved." */
  said?: string | undefined
  onDone?: OnDone<T> | undefined
  /** What is about to happen, and the fields to fill. A function gets the server's last answer. */
  children?: ReactNode | ((state: FormState<T>) => ReactNode)
}

type Props<T> = Act<T> & Look & { title: ReactNode; disabled?: boolean | undefined }

/** An act that is confirmed in a dialog. Nothing is shown as done before the server has said so. */
export function ActDialog<T>({ title, disabled, small, icon, variant, onDone, ...act }: Props<T>) {
  // What was done is over: who opens the dialog again begins anew, with nobody else's owners or reason in it.
  const [round, setRound] = useState(0)
  const done: OnDone<T> = (value, note) => {
    setRound((before) => before + 1)
    onDone?.(value, note)
  }
  return (
    <Dialog verb={act.verb} title={title} variant={variant} small={small} icon={icon} disabled={disabled}>
      <ActForm key={round} {...act} onDone={done} variant={variant} />
    </Dialog>
  )
}

function ActForm<T>({ verb, working, action, fields = {}, said, onDone, children, variant }: Act<T> & Look) {
  const close = useCloseDialog()
  const { state, pending, send } = useAct(action, (value, note) => {
    close()
    if (said) toast({ title: said, note })
    onDone?.(value, note)
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (!pending) startTransition(() => send(form))
  }
  return (
    <form onSubmit={submit} className="stack">
      {Object.entries(fields).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {typeof children === 'function' ? children(state) : children}
      <Refusal state={state} />
      <DialogFooter>
        <Button type="submit" variant={variant} pending={pending ? working : undefined}>
          {verb}
        </Button>
      </DialogFooter>
    </form>
  )
}

/** What the server refused: whose rule, and what is wrong with which field. */
export function Refusal({ state }: { state: FormState }) {
  if (state.kind !== 'refused') return null
  return (
    <Callout tone="bad" title={state.says} role="alert">
      {Object.values(state.fields).join(' ')}
    </Callout>
  )
}
