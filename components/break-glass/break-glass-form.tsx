'use client'

import type { FormEvent } from 'react'
import { PromptProblem } from '@/components/passkeys/prompt-problem'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { DialogFooter } from '@/components/ui/dialog'
import { Link } from '@/components/ui/link'
import { Skeleton } from '@/components/ui/skeleton'
import type { FormState } from '@/lib/web/form-state'
import { type ToSign, useSigning } from '../approvals/use-signing'
import type { BreakGlassProps } from './break-glass'

/** What is signed, and the button that has a passkey sign it. */
export function BreakGlassForm({
  actions,
  filled,
  prepared,
}: BreakGlassProps & { prepared: FormState<ToSign> }) {
  const { shown, state, busy, problem, start } = useSigning(prepared, actions.submit, () => {})
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
      <PromptProblem problem={problem} />
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
