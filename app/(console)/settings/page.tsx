import type { Metadata } from 'next'
import { KeysPart } from '@/components/settings/keys-part'
import { PeoplePart } from '@/components/settings/people-part'
import { SignInsPart } from '@/components/settings/sign-ins-part'
import { PageHead } from '@/components/ui/page-head'
import { databaseNow } from '@/lib/data/clock'
import { listKeys, listPeople, listSignIns } from '@/lib/data/directory'
import { listGroups } from '@/lib/data/groups'
import { type Actor, may } from '@/lib/domain/access'
import { requireActor } from '@/lib/web/session'
import { endSignInAction } from './actions'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const actor = await requireActor('sign_in.see_own', '/settings')
  return (
    <div className="wrap">
      <PageHead title="Settings">Who may sign in and sign, and with what.</PageHead>
      {may(actor, 'people.see') ? <People actor={actor} /> : null}
      <SignIns actor={actor} />
      {may(actor, 'people.see') ? <KeysPart keys={await listKeys()} /> : null}
    </div>
  )
}

async function People({ actor }: { actor: Actor }) {
  const [people, groups] = await Promise.all([listPeople(actor.tenantId), listGroups(actor.tenantId)])
  return <PeoplePart people={people} groups={groups} />
}

async function SignIns({ actor }: { actor: Actor }) {
  const mayEndAny = may(actor, 'sign_in.end_any')
  const of = mayEndAny ? { tenantId: actor.tenantId } : { tenantId: actor.tenantId, personId: actor.personId }
  const signIns = await listSignIns(of, await databaseNow())
  return (
    <SignInsPart
      title={mayEndAny ? 'Sign-ins' : 'My sign-ins'}
      says={mayEndAny ? 'Everybody who is signed in to this tenant.' : 'Where you are signed in.'}
      signIns={signIns.map((signIn) => ({ ...signIn, isThisOne: signIn.id === actor.signInId }))}
      end={endSignInAction}
    />
  )
}
