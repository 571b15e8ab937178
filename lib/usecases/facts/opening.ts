import { databaseNow } from '@/lib/data/clock'
import { newId } from '@/lib/data/new-id'
import type { SignInRecord } from '@/lib/data/people'
import type { Act } from '@/lib/domain/act'
import type { TrailEvent } from '@/lib/domain/events'
import type { PersonId, SignInId, TenantId } from '@/lib/domain/ids'
import { endsOf, type SignInFrom, type SignInMethod } from '@/lib/domain/sign-in'
import { settings } from './settings'

export type SignedIn = { personId: PersonId; name: string; signInId: SignInId }

/** A sign-in that is about to be opened: insert `row` and remember `event`, with whatever else the same step decided. */
export type Opening = { act: Act; signedIn: SignedIn; event: TrailEvent; row: SignInRecord }

const LONGEST_USER_AGENT = 300

/** What opening a sign-in takes for a person who has proved who they are. */
export async function prepareOpening(
  person: { id: PersonId; name: string; tenantId: TenantId },
  method: SignInMethod,
  from: SignInFrom,
): Promise<Opening> {
  const now = await databaseNow()
  const signInId = newId('SignInId')
  const address = from.address ? { address: from.address } : {}
  return {
    act: { via: 'console', humanId: person.id, signInId, ...address },
    signedIn: { personId: person.id, name: person.name, signInId },
    event: {
      type: 'person.signed_in',
      outcome: 'done',
      tenantId: person.tenantId,
      humanId: person.id,
      data: { method },
    },
    row: {
      id: signInId,
      personId: person.id,
      method,
      started: now,
      ...endsOf(now, settings()),
      ended: null,
      secondFactor: null,
      address: from.address ?? null,
      userAgent: from.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
    },
  }
}
