import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newId } from '@/lib/data/new-id'
import { findPersonBySubject } from '@/lib/data/people'
import { insertSignIn } from '@/lib/data/write-sign-ins'
import type { PersonId, SignInId } from '@/lib/domain/ids'
import { DEMO_ISSUER, type Persona } from '@/lib/domain/personas'
import { done, type Result, refusal } from '@/lib/domain/result'

const SIGN_IN_SECONDS = 12 * 60 * 60

export type SignedIn = { personId: PersonId; name: string; signInId: SignInId }

/** Signs a demo person in. Only demo mode reaches this. */
export async function signInAsPersona(
  persona: Persona,
  from: { address?: string; userAgent?: string },
): Promise<Result<SignedIn>> {
  const person = await findPersonBySubject(DEMO_ISSUER, persona)
  if (!person?.tenantId) return refusal('not_found')
  const now = await databaseNow()
  const signInId = newId('SignInId')
  const outcome = done<SignedIn>(
    { personId: person.id, name: person.name, signInId },
    {
      type: 'person.signed_in',
      outcome: 'done',
      tenantId: person.tenantId,
      humanId: person.id,
      data: { method: 'demo' },
    },
  )
  const act = {
    via: 'console',
    humanId: person.id,
    signInId,
    ...(from.address ? { address: from.address } : {}),
  } as const
  return commit(act, outcome, (tx) =>
    insertSignIn(tx, {
      id: signInId,
      personId: person.id,
      method: 'demo',
      started: now,
      expires: new Date(now.getTime() + SIGN_IN_SECONDS * 1000),
      ended: null,
      address: from.address ?? null,
      userAgent: from.userAgent?.slice(0, 300) ?? null,
    }),
  )
}
