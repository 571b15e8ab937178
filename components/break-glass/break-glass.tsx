'use client'

import Link from 'next/link'
import { type FormEvent, startTransition, useId, useState } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog, DialogFooter } from '@/components/ui/dialog'
import { Skeleton } from '@/components/ui/skeleton'
import type { FormAction } from '@/components/ui/use-act'
import { type FormState, IDLE } from '@/lib/web/form-state'
import { type ToSign, useSigning } from '../approvals/use-signing'

export type BreakGlassActions = { prepare: FormAction<ToSign>; submit: FormAction<unknown> }

type Props = { actions: BreakGlassActions; filled: () => FormData }

/** Apart from filing: for what cannot wait for anybody. Everybody it concerns is told, and somebody reviews it. */
export function BreakGlass({ actions, filled }: Props) {
  const id = useId()
  const [prepared, setPrepared] = useState<FormState<ToSign>>(IDLE)
  const open = () => {
    setPrepared(IDLE)
    startTransition(async () => {
      const answer = await actions.prepare(IDLE, filled())
      startTransition(() => setPrepared(answer))
    })
  }
  return (
    <section className="break-glass" aria-labelledby={id}>
      <h2 id={id}>Break glass</h2>
      <p>
        Only when it cannot wait for a countersignature. You sign with a passkey, for at most 15 minutes, and
        the justification above is your reason. Everybody concerned sees it at once. Somebody else has to
        review it before you can do this again.
      </p>
      <Dialog verb="Break glass" title="Break glass" variant="danger" onOpen={open}>
        <BreakGlassForm actions={actions} filled={filled} prepared={prepared} />
      </Dialog>
    </section>
  )
}

function BreakGlassForm({ actions, filled, prepared }: Props & { prepared: FormState<ToSign> }) {
  const { state, busy, problem, start } = useSigning(actions.submit, () => {})
  const shown = prepared.kind === 'done' ? prepared.value : null
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    event.stopPropagation()
    if (shown) start({ form: filled(), shown, verb: 'Break glass' })
  }
  return (
    <form onSubmit={submit} className="stack" noValidate>
      <p>
        The agent gets what you chose, <b>without anybody’s countersignature</b>, as soon as you sign. This is
        the digest you sign:
      </p>
      {prepared.kind === 'refused' ? null : (
        <p className="digest">{shown ? shown.digest : <Skeleton width={440} />}</p>
      )}
      {problem ? (
        <Callout tone="wait" role="alert" title={problem.title}>
          {problem.text}
        </Callout>
      ) : null}
      <Refusal state={prepared} />
      {prepared.kind === 'refused' && prepared.code === 'passkey_required' ? (
        <Link href="/settings">Open Settings</Link>
      ) : null}
      <Refusal state={state} />
      <DialogFooter>
        <Button type="submit" variant="danger" disabled={!shown} pending={busy}>
          Break glass
        </Button>
      </DialogFooter>
    </form>
  )
}
