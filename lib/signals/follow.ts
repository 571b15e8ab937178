export type Follow = {
  /** Calls back when there may be something to do. */
  subscribe: (onMove: () => void) => () => void
  /** One round of work. Says whether there is more to do at once. */
  work: () => Promise<{ isMore: boolean }>
  onFault: (fault: unknown) => void
  /** Also without a wake-up: what was missed, and what time makes due. */
  everyMs: number
  /** After a round with nothing left to do: wakes that come meanwhile are answered by one round behind it. */
  restMs?: number
}

/** Does rounds of work whenever it is woken, never two at once. A round that fails is tried again with the next. */
export function follow({ subscribe, work, onFault, everyMs, restMs = 0 }: Follow): {
  stop: () => Promise<void>
} {
  let working: Promise<void> | null = null
  let isWoken = false
  let isStopped = false
  let endRest = () => {}

  const rest = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, restMs)
      endRest = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const rounds = async () => {
    let isMore = true
    while ((isMore || isWoken) && !isStopped) {
      isWoken = false
      isMore = await work().then(
        (done) => done.isMore,
        (fault: unknown) => {
          onFault(fault)
          return false
        },
      )
      if (!isMore && restMs > 0 && !isStopped) await rest()
    }
  }

  const wake = () => {
    isWoken = true
    working ??= rounds().finally(() => {
      working = null
    })
  }

  const unsubscribe = subscribe(wake)
  const timer = setInterval(wake, everyMs)
  timer.unref()
  wake()
  return {
    async stop() {
      isStopped = true
      endRest()
      clearInterval(timer)
      unsubscribe()
      await working
    },
  }
}
