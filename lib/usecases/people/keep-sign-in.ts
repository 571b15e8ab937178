import { moveIdleEnd } from '@/lib/data/write-sign-ins'
import type { SignInId } from '@/lib/domain/ids'
import { isIdleEndDue } from '@/lib/domain/sign-in'
import { settings } from '@/lib/usecases/facts/settings'

/** A sign-in was used: its idle end moves, at most once a minute. No act of anybody, so no event. */
export async function keepSignIn(id: SignInId, at: { idleEnds: Date; now: Date }): Promise<void> {
  if (isIdleEndDue(at.idleEnds, at.now, settings())) await moveIdleEnd(id, settings().signInIdleSeconds)
}
