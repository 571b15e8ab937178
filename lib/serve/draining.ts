/** Whether this process is being told to end, and who wants to know it first. */
type Draining = { hasBegun: boolean; listeners: Set<() => void> }

// One per process: the server that drains and the streams that Next has bundled each load this module.
const kept = globalThis as typeof globalThis & { countersignDraining?: Draining }
kept.countersignDraining ??= { hasBegun: false, listeners: new Set() }
const draining = kept.countersignDraining

export const isDraining = (): boolean => draining.hasBegun

/** Called once, when the process begins to drain, or at once when it has begun. Returns how to stop listening. */
export function onDrain(end: () => void): () => void {
  if (draining.hasBegun) end()
  else draining.listeners.add(end)
  return () => draining.listeners.delete(end)
}

/** From now on the process is not ready, and what would never end by itself ends. */
export function beginDraining(): void {
  if (draining.hasBegun) return
  draining.hasBegun = true
  for (const end of draining.listeners) end()
  draining.listeners.clear()
}
