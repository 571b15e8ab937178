import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { PlainShell } from '@/components/shell/plain-shell'
import { CodeForm } from '@/components/sign-in/code-form'
import { SetUpFactor } from '@/components/sign-in/set-up-factor'
import { Link } from '@/components/ui/link'
import { PageHead } from '@/components/ui/page-head'
import { SubmitButton } from '@/components/ui/submit-button'
import type { Lack } from '@/lib/domain/second-factor'
import { factorFacts } from '@/lib/usecases/facts/second-factor'
import { returnPath } from '@/lib/web/return-path'
import { currentSignIn } from '@/lib/web/session'
import { signOut } from '../(console)/account-actions'
import '../sign-in/sign-in.css'
import { beginSecondFactorAction, confirmSecondFactorAction, giveSecondFactorAction } from './actions'

export const metadata: Metadata = { title: 'Second factor' }

type Props = { searchParams: Promise<{ to?: string | string[] }> }

/** Gives the second factor of a sign-in, or sets one up. */
export default async function SecondFactorPage({ searchParams }: Props) {
  const to = returnPath((await searchParams).to)
  const signIn = await currentSignIn()
  if (!signIn) redirect(`/sign-in?to=${encodeURIComponent(to)}`)
  const { actor, lacks } = signIn
  const facts = await factorFacts(actor)
  if (!facts) notFound()
  const has = Boolean(facts.stored?.confirmed)
  return (
    <PlainShell>
      <div className="wrap sign-in">
        <PageHead title="Second factor">{saysOf(lacks, has)}</PageHead>
        {lacks === 'code' ? (
          <CodeForm action={giveSecondFactorAction.bind(null, to)} />
        ) : (
          <SetUpFactor
            verb={has ? 'Replace second factor' : 'Set up second factor'}
            replaces={has}
            to={to}
            begin={beginSecondFactorAction}
            confirm={confirmSecondFactorAction}
          />
        )}
        <div className="row">
          {actor.roles.length > 0 ? <Link href={to}>{lacks ? 'Go on without it' : 'Back'}</Link> : null}
          <form action={signOut}>
            <SubmitButton working="Signing out">Sign out</SubmitButton>
          </form>
        </div>
      </div>
    </PlainShell>
  )
}

function saysOf(lacks: Lack | null, has: boolean): string {
  if (lacks === 'code') return 'Your password was right. Until you give the code you are signed in as nobody.'
  if (lacks === 'set_up') return 'Approvers and administrators need one. Without it you hold neither role.'
  return has
    ? 'You have one. Replacing it makes the old one and its recovery codes void.'
    : 'It is asked for after your password, each time you sign in.'
}
