import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { isDueOnceIn } from '@/lib/data/leases'
import { listKeyTimes, writeKeyPlan } from '@/lib/data/signing-keys'
import { done } from '@/lib/domain/result'
import type { Secrets } from '@/lib/domain/secrets'
import { changesNothing, planEvents, planUpkeep } from '@/lib/domain/signing-key'
import { keyFacts } from '../facts/signing-keys'

const A_MINUTE = 60

/**
 * Once a minute, by whichever authority asks first: the next key takes over when its time has come, one is made where there
 * is none, and an old one whose last signature has ended is published no more.
 */
export async function tendSigningKeys(secret: Secrets): Promise<{ changed: number }> {
  if (!(await isDueOnceIn('signing keys', A_MINUTE))) return { changed: 0 }
  const [known, at] = await Promise.all([listKeyTimes(), databaseNow()])
  if (changesNothing(planUpkeep(known, at))) return { changed: 0 }
  const { keys, made, now } = await keyFacts(secret)
  const plan = planUpkeep(keys, now)
  const events = planEvents(plan, { made: made.kid, because: 'time' })
  const written = await commit({ via: 'sweeper' }, done(null, ...events), (tx) =>
    writeKeyPlan(tx, plan, { made, now }),
  )
  return { changed: written.ok ? plan.moves.length : 0 }
}
