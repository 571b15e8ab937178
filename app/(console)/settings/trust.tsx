import { RefreshAt } from '@/components/requests/refresh-at'
import { DomainState } from '@/components/settings/domain-state'
import { IssuerState } from '@/components/settings/issuer-state'
import { RefreshTrust } from '@/components/settings/refresh-trust'
import { StateEnvironment } from '@/components/settings/state-environment'
import { PutDomain, PutIssuer, RemoveTrust } from '@/components/settings/trust-dialogs'
import { TrustPart } from '@/components/settings/trust-part'
import { listAdministrators } from '@/lib/data/person-states'
import { listIssuers, listTrustDomains } from '@/lib/data/trust'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { webhookPermit } from '@/lib/domain/egress-settings'
import { isOnItsWay } from '@/lib/domain/issuer-answer'
import { isAskedForKeys } from '@/lib/domain/oidc-issuer'
import { bundleFileOf } from '@/lib/domain/trust-bundle'
import type { DomainState as Domain, IssuerState as Issuer } from '@/lib/domain/trust-state'
import { answerOfIssuer } from '@/lib/usecases/facts/issuer-keys'
import { settings } from '@/lib/usecases/facts/settings'
import { pageNow } from '@/lib/web/session'
import {
  proposeTrustAction,
  refreshIssuerAction,
  refreshTrustAction,
  removeTrustAction,
} from './trust-actions'

/** Whom the tenant believes about workloads, for who may see it. */
export async function Trust({ actor }: { actor: Actor }) {
  if (!may(actor, 'trust.see')) return null
  const { tenantId, personId } = actor
  const [domains, issuers, administrators, now] = await Promise.all([
    listTrustDomains(tenantId),
    listIssuers(tenantId),
    listAdministrators(tenantId),
    pageNow(),
  ])
  const proposing = may(actor, 'trust.change')
    ? { action: proposeTrustAction, isAlone: isAlone(administrators, personId, now) }
    : null
  const permit = webhookPermit(settings())
  const asked = issuers.map((issuer) => ({ issuer, answer: answerOfIssuer(issuer, { now, permit }) }))
  return (
    <>
      <TrustPart
        adding={proposing && <Adding {...proposing} />}
        domains={domains.map((domain) => ({
          ...{ id: domain.name, name: domain.name, says: <DomainState domain={domain} now={now} /> },
          tools: proposing && domainTools(domain, proposing),
        }))}
        issuers={asked.map(({ issuer, answer }) => ({
          ...{ id: issuer.id, name: issuer.issuer },
          says: <IssuerState issuer={issuer} answer={answer} now={now} />,
          tools: proposing && issuerTools(issuer, proposing),
        }))}
      />
      {asked.some(({ answer }) => isOnItsWay(answer)) ? (
        <RefreshAt at={now.getTime() + LOOK_AGAIN_MS} now={now.getTime()} />
      ) : null}
    </>
  )
}

/** The page waits for no issuer: it is asked for again until the answer is there. */
const LOOK_AGAIN_MS = 1000

type Proposing = { action: typeof proposeTrustAction; isAlone: boolean }

const Adding = (proposing: Proposing) => (
  <div className="row">
    <PutDomain {...proposing} source={sourceOf(null)} />
    <PutIssuer {...proposing} />
  </div>
)

function sourceOf(url: string | null) {
  const file = bundleFileOf(url)
  return { url: file === null ? (url ?? '') : '', file: file ?? '', files: settings().bundles !== null }
}

const domainTools = ({ name, url, environment }: Domain, proposing: Proposing) => (
  <div className="row">
    {url === null ? null : <RefreshTrust fields={{ name }} action={refreshTrustAction} />}
    <PutDomain {...proposing} name={name} source={sourceOf(url)} />
    <StateEnvironment {...proposing} name={name} environment={environment ?? ''} />
    <RemoveTrust name={name} fields={{ kind: 'domain', name }} action={removeTrustAction} />
  </div>
)

function issuerTools(of: Issuer, proposing: Proposing) {
  const { id: issuerId, issuer, kind, jwks, environments, environment } = of
  const known = {
    ...{ issuer, kind, claim: environments?.claim ?? '', place: environment ?? '' },
    jwks: jwks ? JSON.stringify(jwks, null, 1) : '',
    names: (environments?.names ?? []).map((one) => `${one.value} = ${one.environment}`).join('\n'),
  }
  return (
    <div className="row">
      {isAskedForKeys(of) ? <RefreshTrust fields={{ issuerId }} action={refreshIssuerAction} /> : null}
      <PutIssuer {...proposing} known={known} />
      <RemoveTrust name={issuer} fields={{ kind: 'issuer', issuerId }} action={removeTrustAction} />
    </div>
  )
}
