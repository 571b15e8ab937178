import { Fact, Facts } from '@/components/ui/facts'
import { LinkButton } from '@/components/ui/link-button'
import { Part } from '@/components/ui/part'
import { Moment } from '@/components/ui/time'
import type { FormAction } from '@/components/ui/use-act'
import { ChangePassword } from './change-password'

type Props = {
  email: string
  factor: { since: Date; recoveryCodes: number } | null
  change: FormAction<unknown>
}

/** How one signs in oneself: the password, and the second factor. */
export function SignInPart({ email, factor, change }: Props) {
  return (
    <Part title="Sign-in" aside="With what you sign in." className="stack">
      <Facts>
        <Fact label="E-mail">{email}</Fact>
        <Fact label="Second factor">
          {factor ? (
            <>
              since <Moment at={factor.since} />, {factor.recoveryCodes} recovery codes left
            </>
          ) : (
            'none'
          )}
        </Fact>
      </Facts>
      <div className="row">
        <ChangePassword action={change} />
        <LinkButton href="/second-factor?to=/settings">
          {factor ? 'Replace second factor' : 'Set up second factor'}
        </LinkButton>
      </div>
    </Part>
  )
}
