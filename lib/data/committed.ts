import { channel } from 'node:diagnostics_channel'
import type { TrailEvent } from '@/lib/domain/events'

/** What one transaction stored: its events, and of how many acts. */
export type Committed = { acts: number; events: readonly Pick<TrailEvent, 'type' | 'outcome'>[] }

// A channel has one name in the whole process, however many copies of this module a bundler made.
const committed = channel('countersign:committed')

/** Says what has committed, for figures. Whoever listens can change nothing any more. */
export const tellCommitted = (told: Committed): void => committed.publish(told)

/** Hears of every transaction of this process. */
export const onCommitted = (hear: (told: Committed) => void): void =>
  committed.subscribe((told) => hear(told as Committed))
