import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound } from 'next/navigation'
import { PlainShell } from '@/components/shell/plain-shell'
import { FirstPasswordForm } from '@/components/sign-in/first-password-form'
import { Callout } from '@/components/ui/callout'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { SubmitButton } from '@/components/ui/submit-button'
import { hasAdministrator } from '@/lib/data/setup-link'
import { settings } from '@/lib/usecases/facts/settings'
import { findSetupRight } from '@/lib/usecases/facts/setup-right'
import { setupRightCookie } from '@/lib/web/setup-right-cookie'
import { continueWithProvider } from '../sign-in/actions'
import '../sign-in/sign-in.css'
import { beFirstAdministratorAction, openSetupLinkAction } from './actions'
import { FollowLink } from './follow-link'

export const metadata: Metadata = { title: 'First administrator' }

/** Where the printed link leads. Its secret is in the fragment, which no server and no log sees. */
export default async function SetupPage() {
  if (settings().demo) notFound()
  return (
    <PlainShell>
      <div className="wrap sign-in">
        <PageHead title="First administrator">
          Nobody administers this installation yet. Whoever has the printed link may be the first.
        </PageHead>
        <Step />
      </div>
    </PlainShell>
  )
}

async function Step() {
  if (await hasAdministrator()) return <Taken />
  const right = (await cookies()).get(setupRightCookie().name)?.value
  return (await findSetupRight(right)) ? <BindIdentity /> : <FollowLink action={openSetupLinkAction} />
}

function Taken() {
  return (
    <div className="stack">
      <Callout tone="neutral" title="Somebody administers this installation already.">
        The link has no use any more.
      </Callout>
      <LinkButton href="/sign-in">Sign in</LinkButton>
    </div>
  )
}

/** The link proved the right. Which identity it goes to is decided here. */
function BindIdentity() {
  const { oidc, passwords } = settings()
  if (!oidc && !passwords)
    return (
      <Callout tone="neutral" title="No way to sign in is set up.">
        Name an identity provider in the settings that begin with OIDC_, or set COUNTERSIGN_PASSWORDS, then
        start again.
      </Callout>
    )
  return (
    <>
      <p className="muted">
        The link is used. For 15 minutes this browser may bind the role Administrator to one identity: yours.
      </p>
      {oidc ? <BindProvider name={oidc.name} isOnly={!passwords} /> : null}
      {passwords ? <FirstPasswordForm action={beFirstAdministratorAction} /> : null}
    </>
  )
}

function BindProvider({ name, isOnly }: { name: string; isOnly: boolean }) {
  return (
    <section aria-label="Identity provider" className="sign-in-way">
      <form action={continueWithProvider.bind(null, '/settings')}>
        <SubmitButton variant={isOnly ? 'primary' : 'plain'} working="Leaving for it">
          Continue with {name}
        </SubmitButton>
      </form>
    </section>
  )
}
