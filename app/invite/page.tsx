import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PlainShell } from '@/components/shell/plain-shell'
import { ChoosePasswordForm } from '@/components/sign-in/choose-password-form'
import { PageHead } from '@/components/ui/page-head'
import { settings } from '@/lib/usecases/facts/settings'
import { acceptInvitationAction } from '../sign-in/password-actions'
import '../sign-in/sign-in.css'

export const metadata: Metadata = { title: 'Invitation' }

/** Where the link of an invitation leads. Opening it changes nothing. */
export default function InvitePage() {
  if (!settings().passwords) notFound()
  return (
    <PlainShell>
      <div className="wrap sign-in">
        <PageHead title="Invitation">
          Choose the password you sign in with. The e-mail is the one this link was sent to.
        </PageHead>
        <section aria-label="Choose a password" className="sign-in-form">
          <ChoosePasswordForm action={acceptInvitationAction} verb="Join" />
        </section>
      </div>
    </PlainShell>
  )
}
