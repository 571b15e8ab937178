'use client'

import type { ReactNode } from 'react'
import { ActDialog } from '@/components/ui/act-dialog'
import type { Variant } from '@/components/ui/button'
import { toast } from '@/components/ui/toast'
import type { FormAction } from '@/components/ui/use-act'
import type { FormState } from '@/lib/web/form-state'

export type Proposing = {
  action: FormAction<{ state: 'open' | 'activated' }>
  /** There is no second administrator: one step does it. */
  isAlone: boolean
}

type Props = Proposing & {
  verb: string
  title: string
  fields: Readonly<Record<string, string>>
  variant?: Variant | undefined
  /** What the toast says when it is in force. */
  said: string
  children?: ReactNode | ((state: FormState<{ state: 'open' | 'activated' }>) => ReactNode)
}

/** Asks for a change of the rules. What the toast says is what the server answered: in force, or waiting. */
export function Propose({ verb, title, fields, variant, said, action, isAlone, children }: Props) {
  return (
    <ActDialog
      verb={verb}
      title={title}
      working="Sending"
      variant={variant}
      small
      action={action}
      fields={fields}
      onDone={({ state }, note) =>
        state === 'activated'
          ? toast({ title: said, note })
          : toast({ tone: 'wait', title: 'Proposed.', text: 'It waits for another administrator.', note })
      }
    >
      {(state) => (
        <>
          {typeof children === 'function' ? children(state) : children}
          <p className="muted">
            {isAlone
              ? 'You are the only administrator, so this takes effect at once. The trail marks it so.'
              : 'Another administrator has to activate this. Nothing changes until then.'}
          </p>
        </>
      )}
    </ActDialog>
  )
}
