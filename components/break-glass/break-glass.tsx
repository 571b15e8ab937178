'use client'

import dynamic from 'next/dynamic'
import { startTransition, useId, useState } from 'react'
import { Dialog } from '@/components/ui/dialog'
import { askBefore, type FormAction } from '@/components/ui/use-act'
import { type FormState, IDLE } from '@/lib/web/form-state'
import type { ToSign } from '../approvals/use-signing'

export type BreakGlassActions = { prepare: FormAction<ToSign>; submit: FormAction<unknown> }

export type BreakGlassProps = { actions: BreakGlassActions; filled: () => FormData }

// Hardly anybody breaks glass: what the dialog holds is loaded behind the page.
const BreakGlassForm = dynamic(() => import('./break-glass-form').then((form) => form.BreakGlassForm), {
  ssr: false,
})

/** Apart from filing: for what cannot wait for anybody. Everybody it concerns is told, and somebody reviews it. */
export function BreakGlass({ actions, filled }: BreakGlassProps) {
  const id = useId()
  const [prepared, setPrepared] = useState<FormState<ToSign>>(IDLE)
  const open = () => {
    setPrepared(IDLE)
    startTransition(async () => {
      const answer = await askBefore(actions.prepare, filled())
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
