import { AddKey, AddSpiffeId, AddSubject } from '@/components/agents/add-identity'
import { IdentitiesPart } from '@/components/agents/identities-part'
import { RemoveIdentity } from '@/components/agents/remove-identity'
import { TestIdentity } from '@/components/agents/test-identity'
import { listAdministrators } from '@/lib/data/person-states'
import { findIdentifiedAgent, listIssuers, listTrustDomains } from '@/lib/data/trust'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import type { Agent } from '@/lib/domain/agent'
import { pageNow } from '@/lib/web/session'
import { proposeIdentityAction, removeIdentityAction, testIdentityAction } from '../actions'

type Props = { actor: Actor; agent: Agent }

/** What the agent is known by, with what administrators may do about it. */
export async function Identities({ actor, agent }: Props) {
  const found = await findIdentifiedAgent(actor.tenantId, agent.id)
  const mayChange = may(actor, 'agent.change')
  const of = { agentId: agent.id, slug: agent.slug }
  return (
    <IdentitiesPart
      agent={agent}
      identities={found?.identities ?? []}
      tools={mayChange ? <Tools actor={actor} agent={agent} /> : null}
      removeOf={(identity) =>
        mayChange ? <RemoveIdentity {...of} identity={identity} action={removeIdentityAction} /> : null
      }
    />
  )
}

async function Tools({ actor, agent }: Props) {
  const { tenantId, personId } = actor
  const [domains, issuers, administrators, now] = await Promise.all([
    listTrustDomains(tenantId),
    listIssuers(tenantId),
    listAdministrators(tenantId),
    pageNow(),
  ])
  const { id, slug, environments } = agent
  const adding = {
    ...{ action: proposeIdentityAction, isAlone: isAlone(administrators, personId, now) },
    agent: { id, slug, environments },
    domains: domains.map(({ name }) => name),
    issuers: issuers.map((one) => ({ id: one.id, issuer: one.issuer })),
  }
  return (
    <div className="row">
      <TestIdentity agentId={id} slug={slug} action={testIdentityAction} />
      <AddKey {...adding} />
      <AddSpiffeId {...adding} />
      <AddSubject {...adding} />
    </div>
  )
}
