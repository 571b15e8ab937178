'use client'

import { useSyncExternalStore } from 'react'
import { AnsweredForm } from '@/components/ui/answered-form'
import { Callout } from '@/components/ui/callout'
import type { FormAction } from '@/components/ui/use-act'
import { useHydrated } from '@/components/ui/use-hydrated'
import { errorOf } from '@/lib/web/form-state'
import { NewPasswordField } from './new-password-field'

function onHash(changed: () => void) {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

// The secret of the link stands behind the `#`: it leaves this browser only in the POST that uses it up.
const useFragment = () =>
  useSyncExternalStore(
    onHash,
    () => window.location.hash.slice(1),
    () => '',
  )

/** Chooses a password by a mailed link. */
export function ChoosePasswordForm({ action, verb }: { action: FormAction<unknown>; verb: string }) {
  const secret = useFragment()
  const isReady = useHydrated()
  return (
    <AnsweredForm action={action} verb={verb} working="Setting it" disabled={!isReady}>
      {(state) => (
        <>
          {errorOf(state, 'secret') || (isReady && secret === '') ? (
            <Callout tone="bad" title="This is not the whole link.">
              Open the link in the mail again.
            </Callout>
          ) : null}
          <input type="hidden" name="secret" value={secret} />
          <NewPasswordField label="New password" error={errorOf(state, 'password')} />
        </>
      )}
    </AnsweredForm>
  )
}
