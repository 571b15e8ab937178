import { BoundedMap } from '@/lib/domain/bounded-map'

const MINUTE_MS = 60_000
const MOST = 4096
const last = new BoundedMap<string, number>(MOST)

/** True once a minute for each text, in this process. What is true again and again is told of once. */
export function isDueInMinute(text: string): boolean {
  const now = performance.now()
  const before = last.get(text)
  if (before !== undefined && now - before < MINUTE_MS) return false
  last.set(text, now)
  return true
}
