import type { Metadata } from 'next'
import { PlainShell } from '@/components/shell/plain-shell'
import { PasswordForm } from '@/components/sign-in/password-form'
import { Callout } from '@/components/ui/callout'
import { PageHead } from '@/components/ui/page-head'
import { SubmitButton } from '@/components/ui/submit-button'
import { PERSONAS, Persona } from '@/lib/domain/personas'
import { settings } from '@/lib/usecases/facts/settings'
import { keepToOwnName } from '@/lib/web/own-address'
import { returnPath } from '@/lib/web/return-path'
import { signInRefusal } from '@/lib/web/sign-in-refusals'
import { continueTo, continueWithProvider } from './actions'
import { signInAction } from './password-actions'
import './sign-in.css'

export const metadata: Metadata = { title: 'Sign in' }

const DOES = {
  requester: 'Files a task for an agent, watches it, ends it.',
  approver: 'Reviews what a sensitive task would really get, then countersigns or denies.',
  'second-approver': 'Gives the second signature where policy asks for two.',
  'compliance-officer': 'Reads every request and the trail. Changes nothing.',
  administrator: 'Owns the agents and may revoke. Approves nothing by being administrator.',
} as const satisfies Record<Persona, string>

type Props = { searchParams: Promise<{ to?: string | string[]; refused?: string | string[]; said?: string }> }

export default async function SignInPage({ searchParams }: Props) {
  const { to, refused, said } = await searchParams
  await keepToOwnName(`/sign-in?to=${encodeURIComponent(returnPath(to))}`)
  const refusal = signInRefusal(refused)
  return (
    <PlainShell>
      <div className="wrap sign-in">
        <PageHead title="Sign in">
          Countersign gives an agent one task’s worth of access, asked for and countersigned by named people.
        </PageHead>
        {refusal ? (
          <Callout tone="bad" title={refusal.title} role="alert">
            {refusal.says}
          </Callout>
        ) : null}
        {said === 'chosen' ? (
          <Callout tone="good" title="Your password is set." role="status">
            Sign in with it.
          </Callout>
        ) : null}
        <Ways to={returnPath(to)} />
      </div>
    </PlainShell>
  )
}

function Ways({ to }: { to: string }) {
  const { demo, oidc, passwords } = settings()
  if (demo) return <Personas to={to} />
  if (!oidc && !passwords) return <NoWayIn />
  return (
    <>
      {oidc ? <Provider to={to} name={oidc.name} isOnly={!passwords} /> : null}
      {passwords ? <PasswordForm action={signInAction.bind(null, to)} /> : null}
    </>
  )
}

function Provider({ to, name, isOnly }: { to: string; name: string; isOnly: boolean }) {
  return (
    <section aria-label="Identity provider" className="sign-in-way">
      <form action={continueWithProvider.bind(null, to)}>
        <SubmitButton variant={isOnly ? 'primary' : 'plain'} working="Leaving for it">
          Continue with {name}
        </SubmitButton>
      </form>
      <p>Your groups at {name} decide what you may do here.</p>
    </section>
  )
}

function Personas({ to }: { to: string }) {
  return (
    <section aria-label="Demo people" className="stack">
      <p className="muted">Demo mode. Each person sees what their role may see. You can change any time.</p>
      <ul className="ways">
        {Persona.options.map((key) => (
          <li key={key}>
            <form action={continueTo.bind(null, to, key)}>
              <SubmitButton working="Signing in">Continue as {PERSONAS[key]}</SubmitButton>
            </form>
            <p>{DOES[key]}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

function NoWayIn() {
  return (
    <Callout tone="neutral" title="No way to sign in is set up.">
      Name an identity provider in the settings that begin with OIDC_, or set COUNTERSIGN_PASSWORDS, then
      start again.
    </Callout>
  )
}
