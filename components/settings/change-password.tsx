'use client'

import { NewPasswordField } from '@/components/sign-in/new-password-field'
import { ActDialog } from '@/components/ui/act-dialog'
import { Input } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

/** Another password, for the one in use. */
export function ChangePassword({ action }: { action: FormAction<unknown> }) {
  return (
    <ActDialog
      verb="Change password"
      title="Change your password"
      working="Changing"
      variant="plain"
      action={action}
      said="Password changed."
    >
      {(state) => (
        <>
          <p>Every other sign-in of yours ends.</p>
          <Input
            label="Current password"
            name="current"
            type="password"
            autoComplete="current-password"
            required
            error={errorOf(state, 'current')}
          />
          <NewPasswordField label="New password" error={errorOf(state, 'password')} />
        </>
      )}
    </ActDialog>
  )
}
