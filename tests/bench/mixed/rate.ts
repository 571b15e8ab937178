// What one task makes of traffic, three tasks a second: six pages, four times the live list, six tokens, fourteen checks.
const KINDS = {
  page: 18,
  list: 12,
  submit: 3,
  prepare: 3,
  approve: 3,
  issue: 18,
  introspect: 43,
} as const
type Kind = keyof typeof KINDS

/** What each kind of request does. `skipped` when there was nothing to do it on. */
export type Acts = Record<Kind, () => Promise<unknown>>
export type Taken = { kind: Kind; ms: number }

const MOST_UNDER_WAY = 500
const PATIENCE_MS = 60_000

/** A hundred kinds in an order that spreads each evenly. */
function turnsOf(): Kind[] {
  const names = Object.keys(KINDS) as Kind[]
  const slots = names.flatMap((kind) =>
    Array.from({ length: KINDS[kind] }, (_, index) => ({ kind, at: (index + 0.5) / KINDS[kind] })),
  )
  return slots.sort((a, b) => a.at - b.at).map(({ kind }) => kind)
}

const messageOf = (fault: unknown) => (fault instanceof Error ? fault.message : String(fault))

/**
 * Begins so many a second by the clock and times each from when it was due, so that a server that stalls is charged
 * for those who wait behind it.
 */
export async function runAtRate(
  acts: Acts,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<{ taken: Taken[]; faults: string[]; lateMs: number }> {
  const turns = turnsOf()
  const [taken, faults]: [Taken[], string[]] = [[], []]
  const running = new Set<Promise<void>>()
  const began = performance.now()
  let lateMs = 0
  const begin = async (kind: Kind, due: number) => {
    try {
      if ((await acts[kind]()) !== 'skipped') taken.push({ kind, ms: performance.now() - due })
    } catch (fault) {
      faults.push(`${kind}: ${messageOf(fault)}`)
    }
  }
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const due = began + (index * 1000) / perSecond
    const early = due - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    lateMs = Math.max(lateMs, performance.now() - due)
    const kind = turns[index % turns.length] ?? 'page'
    if (running.size >= MOST_UNDER_WAY) {
      faults.push(`${kind}: ${MOST_UNDER_WAY} requests are under way.`)
      continue
    }
    const one = begin(kind, due).finally(() => running.delete(one))
    running.add(one)
  }
  await Promise.race([Promise.all(running), patience()])
  for (let left = running.size; left > 0; left -= 1)
    faults.push(`Nothing was answered within ${PATIENCE_MS / 1000} s.`)
  return { taken: [...taken], faults: [...faults], lateMs }
}

// A server that answers nothing any more must not hold up the account of what it did answer.
const patience = () => new Promise<void>((resolve) => setTimeout(resolve, PATIENCE_MS).unref())
