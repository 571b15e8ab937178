'use client'

import { AnsweredForm } from '@/components/ui/answered-form'
import { Input } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

type Field = { hint: string; error: string | undefined }

export function CodeField({ hint, error }: Field) {
  return (
    <Input
      label="Code"
      name="code"
      autoComplete="one-time-code"
      spellCheck={false}
      required
      hint={hint}
      error={error}
    />
  )
}

/** The second factor of a sign-in: a code of the app, or a recovery code. */
export function CodeForm({ action }: { action: FormAction<unknown> }) {
  return (
    <section aria-label="Second factor" className="sign-in-form">
      <AnsweredForm action={action} verb="Continue" working="Checking">
        {(state) => (
          <CodeField
            hint="6 digits from your authenticator app, or one of your recovery codes."
            error={errorOf(state, 'code')}
          />
        )}
      </AnsweredForm>
    </section>
  )
}
