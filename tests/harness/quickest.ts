const TIMES = 10

/** How long it takes at best: a busy machine, or collecting garbage, makes one time slow, a weakness all of them. */
export function quickestMs(act: () => void): number {
  const times = Array.from({ length: TIMES }, () => {
    const started = performance.now()
    act()
    return performance.now() - started
  })
  return Math.min(...times)
}
