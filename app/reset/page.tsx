import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PlainShell } from '@/components/shell/plain-shell'
import { ChoosePasswordForm } from '@/components/sign-in/choose-password-form'
import { PageHead } from '@/components/ui/page-head'
import { settings } from '@/lib/usecases/facts/settings'
import { resetPasswordAction } from '../sign-in/password-actions'
import '../sign-in/sign-in.css'

export const metadata: Metadata = { title: 'Another password' }

/** Where the link of a reset leads. Opening it changes nothing. */
export default function ResetPage() {
  if (!settings().passwords) notFound()
  return (
    <PlainShell>
      <div className="wrap sign-in">
        <PageHead title="Another password">
          With the new password every sign-in you have ends. A second factor stays as it is.
        </PageHead>
        <section aria-label="Choose a password" className="sign-in-form">
          <ChoosePasswordForm action={resetPasswordAction} verb="Set password" />
        </section>
      </div>
    </PlainShell>
  )
}
