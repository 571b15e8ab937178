'use client'

import { AnsweredForm } from '@/components/ui/answered-form'
import { Input } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf, typedIn } from '@/lib/web/form-state'
import { NewPasswordField } from './new-password-field'

/** The first administrator, with a password of their own. */
export function FirstPasswordForm({ action }: { action: FormAction<unknown> }) {
  return (
    <section aria-label="E-mail and password" className="sign-in-form">
      <AnsweredForm action={action} verb="Become administrator" working="Making you administrator">
        {(state) => (
          <>
            <Input
              label="Name"
              name="name"
              autoComplete="name"
              required
              defaultValue={typedIn(state, 'name')}
              error={errorOf(state, 'name')}
            />
            <Input
              label="E-mail"
              name="email"
              type="email"
              autoComplete="username"
              required
              defaultValue={typedIn(state, 'email')}
              error={errorOf(state, 'email')}
            />
            <NewPasswordField label="New password" error={errorOf(state, 'password')} />
          </>
        )}
      </AnsweredForm>
    </section>
  )
}
