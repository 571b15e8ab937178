const KEPT = 50

export type CallRecord = {
  at: string
  method: string
  path: string
  outcome: 'allowed' | 'refused'
  status: number
  why: string
  agent?: string
  grant_id?: string
}

export type CallsSeen = {
  counts: { received: number; allowed: number; refused: number }
  calls: readonly CallRecord[]
}

/** Remembers the last calls, newest first, and counts all of them. Tokens and secrets never come here. */
export class CallBook {
  readonly #counts = { received: 0, allowed: 0, refused: 0 }
  readonly #calls: CallRecord[] = []

  record(call: CallRecord): void {
    this.#counts.received += 1
    this.#counts[call.outcome] += 1
    this.#calls.unshift(call)
    this.#calls.length = Math.min(this.#calls.length, KEPT)
  }

  seen(): CallsSeen {
    return { counts: { ...this.#counts }, calls: [...this.#calls] }
  }
}
