'use client'

import { AnsweredForm } from '@/components/ui/answered-form'
import { CopyButton } from '@/components/ui/copy-button'
import { Input } from '@/components/ui/input'
import { QrCode } from '@/components/ui/qr-code'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'
import { CodeField } from './code-form'
import { RecoveryCodes } from './recovery-codes'

type Begun = { uri: string; text: string }
type Confirm = FormAction<{ recoveryCodes: readonly string[] }>

type Next = { replaces: boolean; to: string; confirm: Confirm }
type Props = Next & { verb: string; begin: FormAction<Begun> }

/**
 * Makes a secret for an authenticator app, takes a code of it and of the app it replaces, and shows the recovery codes
 * once.
 */
export function SetUpFactor({ verb, begin, ...next }: Props) {
  return (
    <section aria-label={verb} className="sign-in-form">
      <AnsweredForm
        action={begin}
        verb={verb}
        working="Making a secret"
        done={(shown) => <ShowCode shown={shown} {...next} />}
      >
        {() => (
          <p>
            You need an authenticator app on your telephone. It shows a new code every 30 seconds, and you
            type one after your password.
          </p>
        )}
      </AnsweredForm>
    </section>
  )
}

function ShowCode({ shown: { uri, text }, replaces, to, confirm }: Next & { shown: Begun }) {
  return (
    <AnsweredForm
      action={confirm}
      verb="Confirm"
      working="Checking"
      done={({ recoveryCodes }) => <RecoveryCodes codes={recoveryCodes} to={to} />}
    >
      {(state) => (
        <>
          <p>Scan this with the app, or type the secret into it. Both are shown only now.</p>
          <QrCode text={uri} label="The secret as a QR code" />
          <p>
            <code className="break">{text}</code> <CopyButton text={text} label="Copy secret" />
          </p>
          <CodeField hint="The 6 digits the app shows now." error={errorOf(state, 'code')} />
          {replaces ? (
            <Input
              label="Code of the present app or a recovery code"
              name="present"
              autoComplete="off"
              spellCheck={false}
              required
              error={errorOf(state, 'present')}
            />
          ) : null}
        </>
      )}
    </AnsweredForm>
  )
}
