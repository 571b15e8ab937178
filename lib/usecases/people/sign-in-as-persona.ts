import { commit } from '@/lib/data/commit'
import { findPersonBySubject } from '@/lib/data/people'
import { insertSignIn } from '@/lib/data/write-sign-ins'
import { DEMO_ISSUER, type Persona } from '@/lib/domain/personas'
import { done, type Result, refusal } from '@/lib/domain/result'
import type { SignInFrom } from '@/lib/domain/sign-in'
import { prepareOpening, type SignedIn } from '@/lib/usecases/facts/opening'

/** Signs a demo person in. Only demo mode reaches this. */
export async function signInAsPersona(persona: Persona, from: SignInFrom): Promise<Result<SignedIn>> {
  const person = await findPersonBySubject(DEMO_ISSUER, persona)
  if (!person?.tenantId) return refusal('not_found')
  const known = { ...person, tenantId: person.tenantId }
  const { act, signedIn, event, row } = await prepareOpening(known, 'demo', from)
  return commit(act, done(signedIn, event), (tx) => insertSignIn(tx, row))
}
