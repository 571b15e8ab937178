import { AddKey, AddSpiffeId, AddSubject } from '@/components/agents/add-identity'
import { EditConditions, EditEnvironment, RotateKey } from '@/components/agents/edit-identity'
import { IdentitiesPart } from '@/components/agents/identities-part'
import { RemoveIdentity } from '@/components/agents/remove-identity'
import { TestIdentity } from '@/components/agents/test-identity'
import { listAdministrators } from '@/lib/data/person-states'
import { findIdentifiedAgent, listIssuers, listTrustDomains } from '@/lib/data/trust'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import type { Agent } from '@/lib/domain/agent'
import { conditionLines } from '@/lib/domain/claim-conditions'
import { isOwnPlace, type KnownIdentity } from '@/lib/domain/identity-words'
import { AS_TRUST_DOMAIN, isWholePath } from '@/lib/domain/spiffe-workload'
import { pageNow } from '@/lib/web/session'
import {
  changeIdentityAction,
  proposeIdentityAction,
  removeIdentityAction,
  testIdentityAction,
} from '../actions'

type Props = { actor: Actor; agent: Agent }

/** What the agent is known by, with what administrators may do about it. */
export async function Identities({ actor, agent }: Props) {
  const { tenantId, personId } = actor
  const known = (await findIdentifiedAgent(tenantId, agent.id))?.identities ?? []
  const identities = known.map((one) => ({ ...one, isOwnPlace: isOwnPlace(one) }))
  if (!may(actor, 'agent.change'))
    return <IdentitiesPart agent={agent} identities={identities} tools={null} toolsOf={() => null} />
  const [administrators, now] = await Promise.all([listAdministrators(tenantId), pageNow()])
  const alone = isAlone(administrators, personId, now)
  const tools = new Map(known.map((one) => [`${one.id}`, <Change key={one.id} {...{ agent, one, alone }} />]))
  return (
    <IdentitiesPart
      agent={agent}
      identities={identities}
      tools={<Tools tenantId={tenantId} agent={agent} alone={alone} />}
      toolsOf={(id) => tools.get(id)}
    />
  )
}

/** What can be done about one identity. */
function Change({ agent, one, alone }: { agent: Agent; one: KnownIdentity; alone: boolean }) {
  const { id: agentId, slug } = agent
  const proposing = { action: changeIdentityAction, isAlone: alone }
  const of = { agentId, slug, identityId: one.id, what: one.what }
  return (
    <div className="row">
      {one.kind === 'subject' ? (
        <EditConditions {...proposing} of={of} conditions={conditionLines(one.of.conditions)} />
      ) : null}
      {one.kind === 'key' ? <RotateKey {...proposing} of={of} /> : null}
      {isPlaceOpen(one) ? (
        <EditEnvironment
          {...proposing}
          of={of}
          kind={one.kind}
          environments={agent.environments}
          now={placeNow(one)}
        />
      ) : null}
      <RemoveIdentity
        {...{ agentId, slug }}
        identity={{ id: one.id, what: one.what }}
        action={removeIdentityAction}
      />
    </div>
  )
}

/** What a path says behind /env/ nobody says otherwise. */
const isPlaceOpen = (one: KnownIdentity) => one.kind !== 'spiffe' || isWholePath(one.of.workload)

function placeNow(one: KnownIdentity): string {
  if (one.kind === 'spiffe') return one.of.byDomain ? AS_TRUST_DOMAIN : (one.of.environment ?? '')
  return one.kind === 'key' ? one.environment : (one.of.environment ?? '')
}

type ToolsProps = { tenantId: Actor['tenantId']; agent: Agent; alone: boolean }

async function Tools({ tenantId, agent, alone }: ToolsProps) {
  const [domains, issuers] = await Promise.all([listTrustDomains(tenantId), listIssuers(tenantId)])
  const { id, slug, environments } = agent
  const adding = {
    ...{ action: proposeIdentityAction, isAlone: alone },
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
