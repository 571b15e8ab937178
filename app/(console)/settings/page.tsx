import type { Metadata } from 'next'
import { PeoplePart } from '@/components/people/people-part'
import { ProposalsPart } from '@/components/people/proposals-part'
import { Standing } from '@/components/people/standing'
import { DecidingPart } from '@/components/settings/deciding-part'
import { SignInsPart } from '@/components/settings/sign-ins-part'
import { PageHead } from '@/components/ui/page-head'
import { readDeciding } from '@/lib/data/deciding'
import { listPeople, listSignIns } from '@/lib/data/directory'
import { listGroups } from '@/lib/data/groups'
import { listAdministrators } from '@/lib/data/person-states'
import { listWaitingVotables } from '@/lib/data/visible-requests'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { groupOutlook } from '@/lib/domain/outlook'
import { pageNow, requireActor } from '@/lib/web/session'
import {
  activateProposalAction,
  endSignInAction,
  endSignInsAction,
  proposeRuleChangeAction,
  rejectProposalAction,
  withdrawProposalAction,
} from './actions'
import { Deputy } from './deputy'
import { Hours } from './hours'
import { Invitations } from './invitations'
import { Keys } from './keys'
import { OwnSignIn } from './own-sign-in'
import { Passkeys } from './passkeys'
import { shownProposals } from './proposals'
import { Reach } from './reach'
import { Trust } from './trust'
import { Webhooks } from './webhooks'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const actor = await requireActor('sign_in.see_own', '/settings')
  return (
    <div className="wrap">
      <PageHead title="Settings">Who may sign in and sign, and with what.</PageHead>
      {may(actor, 'people.see') ? <People actor={actor} /> : null}
      <Invitations actor={actor} />
      {may(actor, 'deciding.see') ? <DecidingPart {...(await readDeciding(actor.tenantId))} /> : null}
      <Deputy actor={actor} />
      <OwnSignIn actor={actor} />
      <Passkeys actor={actor} />
      <Reach actor={actor} />
      <SignIns actor={actor} />
      <Trust actor={actor} />
      <Hours actor={actor} />
      <Webhooks actor={actor} />
      <Keys actor={actor} />
    </div>
  )
}

async function People({ actor }: { actor: Actor }) {
  const { tenantId } = actor
  const now = await pageNow()
  const [people, groups, administrators, waiting, proposals] = await Promise.all([
    listPeople(tenantId),
    listGroups(tenantId),
    listAdministrators(tenantId),
    listWaitingVotables(tenantId, now),
    shownProposals(actor, now),
  ])
  const mayChange = may(actor, 'people.change')
  const proposing = mayChange
    ? { action: proposeRuleChangeAction, isAlone: isAlone(administrators, actor.personId, now) }
    : null
  return (
    <>
      {mayChange ? <Standing administrators={administrators} by={actor.personId} now={now} /> : null}
      <ProposalsPart
        proposals={proposals}
        actions={{
          activate: activateProposalAction,
          reject: rejectProposalAction,
          withdraw: withdrawProposalAction,
        }}
      />
      <PeoplePart
        people={people}
        groups={groups.map((group) => ({ ...group, waiting: groupOutlook(group, waiting) }))}
        now={now}
        proposing={proposing}
      />
    </>
  )
}

async function SignIns({ actor }: { actor: Actor }) {
  const mayEndAny = may(actor, 'sign_in.end_any')
  const of = mayEndAny ? { tenantId: actor.tenantId } : { tenantId: actor.tenantId, personId: actor.personId }
  const signIns = await listSignIns(of, await pageNow())
  return (
    <SignInsPart
      title={mayEndAny ? 'Sign-ins' : 'My sign-ins'}
      says={mayEndAny ? 'Everybody who is signed in to this tenant.' : 'Where you are signed in.'}
      signIns={signIns.map((signIn) => ({ ...signIn, isThisOne: signIn.id === actor.signInId }))}
      me={actor.personId}
      end={endSignInAction}
      endAll={endSignInsAction}
    />
  )
}
