/** Whether the database takes changes, only answers, or does not answer at all. */
export type Availability = 'open' | 'read-only' | 'away'

/** The database does not answer. Nothing is asked of it until it does again. */
export class DatabaseAway extends Error {
  override name = 'DatabaseAway'
  constructor() {
    super('The database does not answer.')
  }
}

// One of each per process, whichever bundle of it asks.
const kept = globalThis as typeof globalThis & {
  countersignAvailability?: { now: Availability; isFull: boolean; onAway: Set<() => void> }
}

const state = () => {
  kept.countersignAvailability ??= { now: 'open', isFull: false, onAway: new Set() }
  return kept.countersignAvailability
}

/** What the pulse found last. `open` where no pulse runs: there a fault shows itself. */
export const availability = (): Availability => state().now

/** Calls back each time the database stops answering. */
export const onAway = (tell: () => void): void => {
  state().onAway.add(tell)
}

/** For the pulse alone. */
export function setAvailability(now: Availability): void {
  const wasAway = state().now === 'away'
  state().now = now
  if (now === 'away' && !wasAway) for (const tell of state().onAway) tell()
}

export function requireAnswering(): void {
  if (availability() === 'away') throw new DatabaseAway()
}

const DISK_FULL = '53100'
const READ_ONLY_TRANSACTION = '25006'
const DEEPEST_CAUSE = 6

/** The SQLSTATE of a fault, however deep the driver or Prisma wrapped it. */
export function sqlStateOf(fault: unknown, depth = 0): string | null {
  if (typeof fault !== 'object' || fault === null || depth > DEEPEST_CAUSE) return null
  for (const name of ['originalCode', 'code']) {
    const code: unknown = Reflect.get(fault, name)
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d{4}$/.test(code)) return code
  }
  for (const name of ['cause', 'meta', 'driverAdapterError']) {
    const found = sqlStateOf(Reflect.get(fault, name), depth + 1)
    if (found) return found
  }
  return null
}

/** Whether a write failed because nothing can be written now: the disk is full, or the database only reads. */
export function isReadOnlyFault(fault: unknown): boolean {
  const code = sqlStateOf(fault)
  return code === DISK_FULL || code === READ_ONLY_TRANSACTION
}

/** For whoever writes: a write that found the disk full is remembered until one has gone through again. */
export function noteFault(fault: unknown): void {
  if (sqlStateOf(fault) === DISK_FULL) state().isFull = true
}

export const isKnownFull = (): boolean => state().isFull
export const noteSpace = (): void => {
  state().isFull = false
}
