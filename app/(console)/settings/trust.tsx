import { DomainState } from '@/components/settings/domain-state'
import { RefreshTrust } from '@/components/settings/refresh-trust'
import { StateEnvironment } from '@/components/settings/state-environment'
import { PutDomain, PutIssuer, RemoveTrust } from '@/components/settings/trust-dialogs'
import { TrustPart } from '@/components/settings/trust-part'
import { listAdministrators } from '@/lib/data/person-states'
import { listIssuers, listTrustDomains } from '@/lib/data/trust'
import { type Actor, may } from '@/lib/domain/access'
import { isAlone } from '@/lib/domain/administrators'
import { bundleFileOf } from '@/lib/domain/trust-bundle'
import { type DomainState as Domain, type IssuerState, issuerWords } from '@/lib/domain/trust-state'
import { settings } from '@/lib/usecases/facts/settings'
import { pageNow } from '@/lib/web/session'
import { proposeTrustAction, refreshTrustAction, removeTrustAction } from './trust-actions'

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
  const adding = proposing && (
    <div className="row">
      <PutDomain {...proposing} source={sourceOf(null)} />
      <PutIssuer {...proposing} />
    </div>
  )
  return (
    <TrustPart
      adding={adding}
      domains={domains.map((domain) => ({
        ...{ id: domain.name, name: domain.name, says: <DomainState domain={domain} now={now} /> },
        tools: proposing && domainTools(domain, proposing),
      }))}
      issuers={issuers.map((issuer) => ({
        ...{ id: issuer.id, name: issuer.issuer, says: issuerWords(issuer) },
        tools: proposing && issuerTools(issuer, proposing),
      }))}
    />
  )
}

type Proposing = { action: typeof proposeTrustAction; isAlone: boolean }

function sourceOf(url: string | null) {
  const file = bundleFileOf(url)
  return { url: file === null ? (url ?? '') : '', file: file ?? '', files: settings().bundles !== null }
}

const domainTools = ({ name, url, environment }: Domain, proposing: Proposing) => (
  <div className="row">
    {url === null ? null : <RefreshTrust name={name} action={refreshTrustAction} />}
    <PutDomain {...proposing} name={name} source={sourceOf(url)} />
    <StateEnvironment {...proposing} name={name} environment={environment ?? ''} />
    <RemoveTrust name={name} fields={{ kind: 'domain', name }} action={removeTrustAction} />
  </div>
)

function issuerTools(
  { id, issuer, kind, jwks, environments, environment }: IssuerState,
  proposing: Proposing,
) {
  const known = {
    ...{ issuer, kind, claim: environments?.claim ?? '', place: environment ?? '' },
    jwks: jwks ? JSON.stringify(jwks, null, 1) : '',
    names: (environments?.names ?? []).map((one) => `${one.value} = ${one.environment}`).join('\n'),
  }
  return (
    <div className="row">
      <PutIssuer {...proposing} known={known} />
      <RemoveTrust name={issuer} fields={{ kind: 'issuer', issuerId: id }} action={removeTrustAction} />
    </div>
  )
}
