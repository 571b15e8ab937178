import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { notFound } from 'next/navigation'
import { PlainShell } from '@/components/shell/plain-shell'
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
import { openSetupLinkAction } from './actions'
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
  const { oidc } = settings()
  if (!oidc)
    return (
      <Callout tone="neutral" title="No way to sign in is set up.">
        Name an identity provider in the settings that begin with OIDC_, then start again.
      </Callout>
    )
  return (
    <section aria-label="Who you are" className="sign-in-way">
      <p>
        The link is used. For 15 minutes this browser may bind the role Administrator to one identity: yours
        at {oidc.name}.
      </p>
      <form action={continueWithProvider.bind(null, '/settings')}>
        <SubmitButton variant="primary" working="Leaving for it">
          Continue with {oidc.name}
        </SubmitButton>
      </form>
    </section>
  )
}
