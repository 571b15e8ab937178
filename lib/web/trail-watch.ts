import { findTrailHead, listenToTrail } from '@/lib/data/trail-head'
import { type TrailWatch, watchTrail } from '@/lib/signals/trail-watch'

const kept = globalThis as typeof globalThis & { countersignTrailWatch?: TrailWatch }

/** One watch per process, however many streams and followers hang on it. */
export function trailWatch(): TrailWatch {
  kept.countersignTrailWatch ??= watchTrail({ readNextLeaf: findTrailHead, listen: listenToTrail })
  return kept.countersignTrailWatch
}
