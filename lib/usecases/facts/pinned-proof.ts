import { SKEW_SECONDS } from '@/lib/domain/jwt-time'
import type { Identified } from './workloads'

/** A proof that serves the first key that used it, until nobody would take it any more. */
export const pinnedProof = (key: string, expiresAt: Date): Identified['use'] => ({
  ...{ as: 'pinned', key },
  until: new Date(expiresAt.getTime() + 2 * SKEW_SECONDS * 1000),
})
