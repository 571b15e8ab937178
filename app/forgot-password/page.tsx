import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { PlainShell } from '@/components/shell/plain-shell'
import { AskResetForm } from '@/components/sign-in/ask-reset-form'
import { Link } from '@/components/ui/link'
import { PageHead } from '@/components/ui/page-head'
import { settings } from '@/lib/usecases/facts/settings'
import { askResetAction } from '../sign-in/password-actions'
import '../sign-in/sign-in.css'

export const metadata: Metadata = { title: 'Forgot password' }

export default function ForgotPasswordPage() {
  if (!settings().passwords) notFound()
  return (
    <PlainShell>
      <div className="wrap sign-in">
        <PageHead title="Forgot password">A link to choose another one is sent by mail.</PageHead>
        <section aria-label="Ask for a link" className="sign-in-form">
          <AskResetForm action={askResetAction} />
          <p>
            <Link href="/sign-in">Back to sign in</Link>
          </p>
        </section>
      </div>
    </PlainShell>
  )
}
