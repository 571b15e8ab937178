const EVERY_MS = 20

/**
 * How late a timer of this process comes at worst: what a busy machine adds, again and again, to whatever is measured
 * meanwhile. Only while this process itself has nothing to do.
 */
export function watchLateness() {
  let worst = 0
  let due = performance.now() + EVERY_MS
  const timer = setInterval(() => {
    const now = performance.now()
    worst = Math.max(worst, now - due)
    due = now + EVERY_MS
  }, EVERY_MS)
  return {
    /** A limit for another process on this machine: what is said of a machine that is not busy, and what it was late. */
    allow: (ms: number) => ms + 10 * worst,
    stop: () => clearInterval(timer),
  }
}
