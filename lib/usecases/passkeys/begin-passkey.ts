import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newSecret } from '@/lib/data/new-id'
import { listPasskeys } from '@/lib/data/passkeys'
import { replacePasskeyChallenge } from '@/lib/data/write-passkeys'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { MOST_PASSKEYS, PasskeyName, REGISTER_WITHIN_SECONDS } from '@/lib/domain/passkey'
import { done, type Result, refusal } from '@/lib/domain/result'
import { isFresh } from '@/lib/domain/second-factor'
import { placeOf, registrationOptions, type SigningOptions } from '@/lib/identity/passkeys'
import { optionsToChange } from '../facts/passkey-change'
import { settings } from '../facts/settings'

// Named first: a passkey that is made already is not turned away for its name.
export const BeginPasskey = z.object({ name: PasskeyName })

export type BegunPasskey = {
  options: Awaited<ReturnType<typeof registrationOptions>>
  /** What a passkey that is there signs first. Null while there is none. */
  sign: SigningOptions | null
}

/** What the browser makes a passkey with. Its challenge is kept here for 5 minutes and for one answer. */
export async function beginPasskey(actor: Actor, act: Act): Promise<Result<BegunPasskey>> {
  const place = placeOf(settings().consoleUrl)
  if (!place) return refusal('passkeys_off')
  const { personId } = actor
  const [passkeys, now] = await Promise.all([listPasskeys(personId), databaseNow()])
  if (!isFresh(actor.signedInAt, now)) return refusal('not_fresh')
  if (passkeys.length >= MOST_PASSKEYS) return refusal('passkeys_full')
  const challenge = newSecret()
  const options = await registrationOptions(place, actor, { challenge, passkeys })
  const sign = optionsToChange(passkeys, { act: 'add', personId, challenge })
  const expires = new Date(now.getTime() + REGISTER_WITHIN_SECONDS * 1000)
  return commit(act, done({ options, sign }), (tx) =>
    replacePasskeyChallenge(tx, { personId, challenge, expires }),
  )
}
