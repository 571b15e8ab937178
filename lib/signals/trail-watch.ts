/** What a watch is given: how to read the head, and how to be told, where the database can tell. */
export type TrailReaders = {
  readNextLeaf: () => Promise<number>
  listen: (onMove: () => void, onLoss: () => void) => Promise<(() => Promise<void>) | null>
}

export type TrailWatch = {
  subscribe: (onMove: (nextLeaf: number) => void) => () => void
  stop: () => Promise<void>
}

// Polling is the whole truth on the embedded database and the net under notifications on PostgreSQL: a lost wake-up
// costs this much delay and never an event.
const POLL_EMBEDDED_MS = 200
const POLL_BESIDE_LISTEN_MS = 2000
const LISTEN_AGAIN_MS = 1000

/** Watches the head of the trail while anybody is subscribed, and tells every subscriber when it moves. */
export function watchTrail({ readNextLeaf, listen }: TrailReaders): TrailWatch {
  const subscribers = new Set<(nextLeaf: number) => void>()
  let seen = -1
  let timer: NodeJS.Timeout | undefined
  let again: NodeJS.Timeout | undefined
  let unlisten: Promise<(() => Promise<void>) | null> | undefined
  let isLooking = false
  let isToldMeanwhile = false

  const look = async () => {
    if (isLooking) return
    isLooking = true
    isToldMeanwhile = false
    try {
      const nextLeaf = await readNextLeaf()
      if (nextLeaf === seen) return
      const isFirst = seen === -1
      seen = nextLeaf
      if (!isFirst) for (const tell of subscribers) tell(nextLeaf)
    } catch {
      // The database is away: the next look sees what was missed.
    } finally {
      isLooking = false
      if (isToldMeanwhile && subscribers.size > 0) void look()
    }
  }

  // A look that is under way may have read the head before it moved.
  const hear = () => {
    if (isLooking) isToldMeanwhile = true
    else void look()
  }

  const poll = (ms: number) => {
    clearInterval(timer)
    timer = setInterval(() => void look(), ms)
    timer.unref()
  }

  // The one that listens now. What an earlier one tells, its own end included, concerns nobody.
  const beginListening = () => {
    const mine = listen(hear, () => unlisten === mine && listenAgain()).catch(() => {
      if (unlisten === mine) listenAgain()
      return null
    })
    unlisten = mine
    void mine.then((stopListening) => stopListening && unlisten === mine && poll(POLL_BESIDE_LISTEN_MS))
  }

  const listenAgain = () => {
    poll(POLL_EMBEDDED_MS)
    clearTimeout(again)
    again = setTimeout(beginListening, LISTEN_AGAIN_MS).unref()
  }

  const start = () => {
    poll(POLL_EMBEDDED_MS)
    beginListening()
    void look()
  }

  const stop = async () => {
    clearInterval(timer)
    clearTimeout(again)
    seen = -1
    const mine = unlisten
    unlisten = undefined
    await (await mine)?.()
  }

  return {
    subscribe(onMove) {
      subscribers.add(onMove)
      if (subscribers.size === 1) start()
      return () => {
        subscribers.delete(onMove)
        if (subscribers.size === 0) void stop()
      }
    },
    stop,
  }
}
