import { z } from 'zod'
import { commit, type Tx } from '@/lib/data/commit'
import { findIssuer, findTrustDomain } from '@/lib/data/trust'
import { deleteIssuer, deleteTrustDomain } from '@/lib/data/write-trust'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { OidcIssuerId, type TenantId } from '@/lib/domain/ids'
import { ruleAttempt } from '@/lib/domain/proposal'
import { done, type Result, refusal, refused } from '@/lib/domain/result'
import { bundleWords } from '@/lib/domain/trust-bundle'
import { issuerWords } from '@/lib/domain/trust-state'

export const RemoveTrust = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('issuer'), issuerId: OidcIssuerId }),
  z.object({ kind: z.literal('domain'), name: z.string().max(255) }),
])
export type RemoveTrust = z.infer<typeof RemoveTrust>

type Subject = { of: string; before: string; remove: (tx: Tx) => Promise<void> }

async function subjectOf(tenantId: TenantId, input: RemoveTrust): Promise<Subject | null> {
  if (input.kind === 'issuer') {
    const issuer = await findIssuer(tenantId, input.issuerId)
    return (
      issuer && {
        ...{ of: issuer.issuer, before: issuerWords(issuer), remove: (tx) => deleteIssuer(tx, issuer) },
      }
    )
  }
  const domain = await findTrustDomain(tenantId, input.name)
  return (
    domain && {
      ...{
        of: domain.name,
        before: bundleWords(domain),
        remove: (tx) => deleteTrustDomain(tx, domain),
      },
    }
  )
}

/** Believes a trust domain or an issuer no more, at once: what agents are known by there goes with it. */
export async function removeTrust(
  actor: Actor,
  act: Act,
  input: RemoveTrust,
): Promise<Result<{ removed: string }>> {
  const { tenantId, personId } = actor
  const subject = await subjectOf(tenantId, input)
  if (!subject) return refusal('not_found')
  if (!may(actor, 'trust.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'trust.remove', 'not_allowed')))
  const { of, before, remove } = subject
  const data = { [input.kind === 'issuer' ? 'issuer' : 'trustDomain']: of, before }
  const event = { type: 'trust.removed', outcome: 'done', tenantId, humanId: personId, data } as const
  return commit(act, done({ removed: of }, event), remove)
}
