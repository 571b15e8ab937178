import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { DisablePerson } from '@/components/people/disable-person'
import { PersonGroups } from '@/components/people/person-groups'
import { PersonRoles } from '@/components/people/person-roles'
import { PersonState } from '@/components/people/person-state'
import { Propose, type Proposing } from '@/components/people/propose'
import { ResetFactor } from '@/components/people/reset-factor'
import { Standing } from '@/components/people/standing'
import { Callout } from '@/components/ui/callout'
import { Fact, Facts } from '@/components/ui/facts'
import { Link } from '@/components/ui/link'
import { PageHead } from '@/components/ui/page-head'
import { Ago, Moment } from '@/components/ui/time'
import { may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { counted } from '@/lib/domain/counted'
import { PersonId } from '@/lib/domain/ids'
import { requireActor } from '@/lib/web/session'
import { disablePersonAction, proposeRuleChangeAction, removeFromGroupAction } from '../../actions'
import { findPersonView } from './view'

type Props = { params: Promise<{ id: string }> }
type View = NonNullable<Awaited<ReturnType<typeof findPersonView>>>

export const metadata: Metadata = { title: 'Person' }

export default async function PersonPage({ params }: Props) {
  const { id } = await params
  const actor = await requireActor('people.see', `/settings/people/${encodeURIComponent(id)}`)
  const personId = PersonId.safeParse(id)
  const view = personId.success ? await findPersonView(actor, personId.data) : null
  if (!view) notFound()
  const { person, administrators, now } = view
  const proposing = may(actor, 'people.change')
    ? { action: proposeRuleChangeAction, isAlone: isAlone(administrators, actor.personId, now) }
    : null
  return (
    <div className="wrap">
      <PageHead
        title={person.name}
        path={
          <>
            <Link href="/settings">Settings</Link> / {person.name}
          </>
        }
        action={
          proposing ? (
            <div className="row">
              <ResetFactor person={person} reset={view.resetting} proposing={proposing} />
              <Access view={view} proposing={proposing} />
            </div>
          ) : null
        }
      />
      {proposing ? <Standing administrators={administrators} by={actor.personId} now={now} /> : null}
      {person.disabled ? (
        <Callout tone="bad" title={`${person.name} is disabled.`}>
          Since <Moment at={person.disabled} /> they sign in and sign nothing, and nothing is issued for them.
        </Callout>
      ) : null}
      <PersonFacts view={view} />
      <PersonRoles person={person} changes={view.roles} waiting={view.waiting} proposing={proposing} />
      <PersonGroups
        person={person}
        changes={view.seats}
        proposing={proposing}
        remove={removeFromGroupAction}
      />
    </div>
  )
}

function Access({
  view: { person, ending, waiting, enabling, disabling },
  proposing,
}: {
  view: View
  proposing: Proposing
}) {
  const { problem } = person.disabled ? enabling : disabling
  if (problem) return <p className="note">{problem}</p>
  if (!person.disabled)
    return <DisablePerson person={person} ending={ending} waiting={waiting} action={disablePersonAction} />
  return (
    <Propose
      {...proposing}
      verb="Enable"
      title={`Enable ${person.name}`}
      fields={{ kind: 'person.enable', personId: person.id }}
      said={`${person.name} enabled.`}
    >
      <p>They may sign in again with the roles and groups they have. What was ended stays ended.</p>
    </Propose>
  )
}

function PersonFacts({ view: { person, now, ending } }: { view: View }) {
  return (
    <Facts>
      <Fact label="State">
        <PersonState disabled={person.disabled} />
      </Fact>
      <Fact label="Last sign-in">
        {person.lastSignIn ? <Ago at={person.lastSignIn} now={now} /> : 'never'}
      </Fact>
      <Fact label="Open">
        {counted(ending.requests, 'request')}, {counted(ending.grants, 'live grant')}
      </Fact>
      <Fact label="Agents nobody else owns">{ending.soleAgents.join(', ') || 'none'}</Fact>
      <Fact label="Identity" wide>
        <code className="break">
          {person.issuer} {person.subject}
        </code>
      </Fact>
      <Fact label="Trail">
        <Link href={`/audit?human=${person.id}`}>Everything about them</Link>
      </Fact>
    </Facts>
  )
}
