type Waiting<Q, A> = { ask: Q; resolve: (answer: A) => void; reject: (reason: unknown) => void }

/** Answers all asks of a batch, in their order. A throw refuses all of them. */
export type Batched<Q, A> = (asks: readonly Q[]) => Promise<readonly PromiseSettledResult<A>[]>

const due: (() => void)[] = []

// Whatever arrives in one turn of the event loop: with all of its batches beginning at once, so does what they send.
function atEndOfTurn(begin: () => void): void {
  due.push(begin)
  if (due.length > 1) return
  setImmediate(() => {
    for (const one of due.splice(0)) one()
  })
}

/** How many asks a batch takes. */
export type BatchSizes = { limit?: number }

/**
 * Everything that arrives in one turn of the event loop, or while a batch is under way, leaves as the next, at most
 * `limit` at a time. No timer: alone, an ask waits for nobody. Nothing is answered from a batch that began before it was asked.
 */
export function inBatches<Q, A>(
  handle: Batched<Q, A>,
  { limit = 256 }: BatchSizes = {},
): (ask: Q) => Promise<A> {
  const waiting: Waiting<Q, A>[] = []
  let isRunning = false
  let isDue = false
  const settle = async (batch: readonly Waiting<Q, A>[]) => {
    const settled = await handle(batch.map(({ ask }) => ask))
    const tell = () =>
      batch.forEach(({ resolve, reject }, index) => {
        const one = settled[index]
        if (one?.status === 'fulfilled') resolve(one.value)
        else reject(one?.reason ?? new Error('A batch answered fewer than asked.'))
      })
    // A full one leaves before these are told.
    if (waiting.length >= limit) setImmediate(tell)
    else tell()
  }
  const drain = async () => {
    isRunning = true
    while (waiting.length > 0) {
      const batch = waiting.splice(0, limit)
      await settle(batch).catch((reason) => {
        for (const { reject } of batch) reject(reason)
      })
    }
    isRunning = false
  }
  return (ask) =>
    new Promise<A>((resolve, reject) => {
      waiting.push({ ask, resolve, reject })
      if (isDue || isRunning) return
      isDue = true
      atEndOfTurn(() => {
        isDue = false
        void drain()
      })
    })
}

/** Reads for all who ask at once: one query for each batch, each key once. */
export const readInBatches = <K, V>(
  read: (keys: readonly K[]) => Promise<(key: K) => V>,
): ((key: K) => Promise<V>) =>
  inBatches(async (keys) => {
    const found = await read([...new Set(keys)])
    return keys.map((key) => ({ status: 'fulfilled', value: found(key) }))
  })
