import { SignJWT } from 'jose'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { ClaimCondition } from '@/lib/domain/claim-conditions'
import type { EnvironmentMap, IssuerKind } from '@/lib/domain/oidc-issuer'
import { type KeyOfTests, keyPair, type TestWorld } from './world'

type NewIssuer = { issuer: string; kind: IssuerKind; key?: KeyOfTests | null; environments?: EnvironmentMap }

/** An issuer that is believed: with its keys beside it, or (null) to be asked for them. */
export async function addIssuer(world: TestWorld, { issuer, kind, key, environments }: NewIssuer) {
  const id = newId('OidcIssuerId')
  await database().oidcIssuer.create({
    data: {
      ...{ id, tenantId: world.tenantId, issuer, kind, addedBy: 'setup', added: new Date() },
      ...(key ? { jwks: { keys: [JSON.parse(JSON.stringify(key.publicJwk))] } } : {}),
      ...(environments ? { environments } : {}),
    },
  })
  return id
}

type NewSubject = {
  issuerId: string
  subject: string
  agent?: keyof TestWorld['agents']
  conditions?: readonly ClaimCondition[]
  environment?: string
}

/** What an issuer calls an agent. */
export const addSubject = (world: TestWorld, of: NewSubject) =>
  database().agentSubject.create({
    data: {
      ...{ id: newId('IdentityId'), agentId: world.agents[of.agent ?? 'triage'], issuerId: of.issuerId },
      ...{ subject: of.subject, conditions: JSON.parse(JSON.stringify(of.conditions ?? [])) },
      ...{ environment: of.environment ?? null, addedBy: 'setup', added: new Date() },
    },
  })

/** A token as an issuer signs it. Any claim can be made wrong. */
export async function issued(
  key: KeyOfTests,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ iat: now, nbf: now, exp: now + 600, ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, ...header })
    .sign(key.privateKey)
}

export const newKey = () => keyPair('sig')
