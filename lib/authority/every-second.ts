const EVERY_MS = 1000

/** Work that a process does beside its calls, never twice at once. A round that fails is tried again with the next. */
export function everySecond(
  work: () => Promise<unknown>,
  onFault: (fault: unknown) => void,
): { stop: () => Promise<void> } {
  let working: Promise<unknown> = Promise.resolve()
  let isWorking = false
  const timer = setInterval(() => {
    if (isWorking) return
    isWorking = true
    working = work()
      .catch(onFault)
      .finally(() => {
        isWorking = false
      })
  }, EVERY_MS)
  const stop = async () => {
    clearInterval(timer)
    await working
  }
  return { stop }
}
