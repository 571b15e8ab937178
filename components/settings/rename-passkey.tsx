'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Input } from '@/components/ui/input'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

type Props = { credentialId: string; name: string; action: FormAction<unknown> }

export function RenamePasskey({ credentialId, name, action }: Props) {
  return (
    <ActDialog
      verb="Rename"
      title="Rename this passkey"
      working="Renaming"
      small
      action={action}
      fields={{ credentialId }}
      said="Passkey renamed."
    >
      {(state) => (
        <Input
          label="Name"
          name="name"
          autoComplete="off"
          maxLength={60}
          defaultValue={name}
          error={errorOf(state, 'name')}
        />
      )}
    </ActDialog>
  )
}
