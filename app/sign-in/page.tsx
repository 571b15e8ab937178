import type { Metadata } from 'next'
import { PlainShell } from '@/components/shell/plain-shell'
import { Callout } from '@/components/ui/callout'
import { PageHead } from '@/components/ui/page-head'
import { SubmitButton } from '@/components/ui/submit-button'
import { PERSONAS, Persona } from '@/lib/domain/personas'
import { settings } from '@/lib/usecases/facts/settings'
import { keepToOwnName } from '@/lib/web/own-address'
import { returnPath } from '@/lib/web/return-path'
import { continueTo } from './actions'
import './sign-in.css'

export const metadata: Metadata = { title: 'Sign in' }

const DOES = {
  requester: 'Files a task for an agent, watches it, ends it.',
  approver: 'Reviews what a sensitive task would really get, then countersigns or denies.',
  'second-approver': 'Gives the second signature where policy asks for two.',
  'compliance-officer': 'Reads every request and the trail. Changes nothing.',
  administrator: 'Owns the agents and may revoke. Approves nothing by being administrator.',
} as const satisfies Record<Persona, string>

type Props = { searchParams: Promise<{ to?: string | string[]; refused?: string }> }

export default async function SignInPage({ searchParams }: Props) {
  const { to, refused } = await searchParams
  await keepToOwnName(`/sign-in?to=${encodeURIComponent(returnPath(to))}`)
  return (
    <PlainShell>
      <div className="wrap sign-in">
        <PageHead title="Sign in">
          Countersign gives an agent one task’s worth of access, asked for and countersigned by named people.
        </PageHead>
        {refused ? (
          <Callout tone="bad" title="Nobody was signed in." role="alert">
            Demo people sign in only on the machine that runs this, at its own address.
          </Callout>
        ) : null}
        {settings().demo ? <Personas to={returnPath(to)} /> : <NoWayIn />}
      </div>
    </PlainShell>
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
      Start with the embedded database, or set COUNTERSIGN_DEMO=1 on a database of this machine.
    </Callout>
  )
}
