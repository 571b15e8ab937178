'use client'

import { type FormEvent, startTransition } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { Choices } from '@/components/ui/choices'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'
import { FieldGroup } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { ALL_KINDS, NOTICE_SUBJECTS } from '@/lib/domain/notice'
import { WEBHOOK_FORMS } from '@/lib/domain/webhook-state'
import { errorOf } from '@/lib/web/form-state'

export type Added = { secret: string | null; state: 'open' | 'activated' }

type Props = {
  action: FormAction<Added>
  /** There is no second administrator: one step does it. */
  isAlone: boolean
}

const FORMS = Object.entries(WEBHOOK_FORMS).map(([value, label]) => ({ value, label }))

/** Asks for an address outside, and shows its secret once. */
export function AddWebhook(props: Props) {
  return (
    <Dialog verb="Add webhook" title="Add webhook" small>
      <Form {...props} />
    </Dialog>
  )
}

function Form({ action, isAlone }: Props) {
  const { state, pending, send } = useAct(action)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (!pending) startTransition(() => send(form))
  }
  if (state.kind === 'done') return <Once {...state.value} />
  return (
    <form onSubmit={submit} className="stack">
      <Input
        label="Address"
        name="url"
        type="url"
        required
        autoComplete="off"
        hint="It is kept sealed: pages and the trail show only where it leads."
        error={errorOf(state, 'url')}
      />
      <Choices label="Form" name="form" choices={FORMS} defaultValue="standard" />
      <FieldGroup label="What it is told" error={errorOf(state, 'kinds')}>
        {ALL_KINDS.map((kind) => (
          <Checkbox key={kind} name="kinds[]" value={kind} defaultChecked>
            {NOTICE_SUBJECTS[kind]}
          </Checkbox>
        ))}
      </FieldGroup>
      <p className="muted">
        {isAlone
          ? 'You are the only administrator, so this takes effect at once. The trail marks it so.'
          : 'Another administrator has to activate this. Nothing is sent until then.'}
      </p>
      <Refusal state={state} />
      <DialogFooter>
        <Button type="submit" variant="primary" pending={pending ? 'Sending' : undefined}>
          Add webhook
        </Button>
      </DialogFooter>
    </form>
  )
}

function Once({ secret, state }: Added) {
  const close = useCloseDialog()
  return (
    <div className="stack">
      <p role="status">
        {state === 'activated'
          ? 'Added. It is told what happens from now on.'
          : 'Proposed. It waits for another administrator.'}
      </p>
      {secret ? (
        <>
          <p>
            <b>Shown once.</b> The receiver checks signatures with this secret.
          </p>
          <p>
            <code className="break">{secret}</code>
          </p>
          <p>
            <CopyButton text={secret} label="Copy secret" />
          </p>
        </>
      ) : null}
      <footer>
        <Button onClick={close}>Close</Button>
      </footer>
    </div>
  )
}
