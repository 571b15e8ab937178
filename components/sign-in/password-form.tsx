'use client'

import { AnsweredForm } from '@/components/ui/answered-form'
import { Input } from '@/components/ui/input'
import { Link } from '@/components/ui/link'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf, typedIn } from '@/lib/web/form-state'

/** E-mail and password. What was wrong is said of both together. */
export function PasswordForm({ action }: { action: FormAction<unknown> }) {
  return (
    <section aria-label="E-mail and password" className="sign-in-form">
      <AnsweredForm action={action} verb="Sign in" working="Signing in">
        {(state) => (
          <>
            <Input
              label="E-mail"
              name="email"
              type="email"
              autoComplete="username"
              required
              defaultValue={typedIn(state, 'email')}
              error={errorOf(state, 'email')}
            />
            <Input
              label="Password"
              name="password"
              type="password"
              autoComplete="current-password"
              required
              error={errorOf(state, 'password')}
            />
          </>
        )}
      </AnsweredForm>
      <p>
        <Link href="/forgot-password">Forgot password</Link>
      </p>
    </section>
  )
}
