'use client'

import { AnsweredForm } from '@/components/ui/answered-form'
import { Callout } from '@/components/ui/callout'
import { Input } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf, typedIn } from '@/lib/web/form-state'

/** Asks for a link to choose another password. The answer does not say whether anybody has that address. */
export function AskResetForm({ action }: { action: FormAction<{ email: string }> }) {
  return (
    <AnsweredForm
      action={action}
      verb="Send a link"
      working="Asking"
      done={({ email }) => (
        <Callout
          tone="neutral"
          title={`If somebody signs in with ${email}, a link is on its way to it.`}
          role="status"
        >
          It works once, for 30 minutes. Only the last one that was asked for works.
        </Callout>
      )}
    >
      {(state) => (
        <Input
          label="E-mail"
          name="email"
          type="email"
          autoComplete="username"
          required
          defaultValue={typedIn(state, 'email')}
          error={errorOf(state, 'email')}
        />
      )}
    </AnsweredForm>
  )
}
