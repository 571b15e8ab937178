import { z } from 'zod'
import type { TrailEvent } from './events'

export const KeyState = z.enum(['next', 'active', 'old', 'ended'])
export type KeyState = z.infer<typeof KeyState>

/** What is known of a signing key besides what it is. */
export type KeyTimes = {
  kid: string
  state: KeyState
  /** Since when it is published. */
  created: Date
  activated: Date | null
  retired: Date | null
  /** When the last mandate it has signed ends. */
  signedUntil: Date | null
}

/** Our key set may be kept this long by whoever fetches it. */
export const JWKS_MAX_AGE_SECONDS = 60
/** A key is published this long before it signs: longer than any client we know keeps a key set it has no reason to doubt. */
export const PUBLISHED_AHEAD_SECONDS = 10 * 60
/** A key signs this long, unless it is replaced before. */
export const KEY_SIGNS_SECONDS = 90 * 24 * 60 * 60
/** All a key signs besides mandates has ended after this time: no token lasts longer than an hour, and clocks differ. */
const TOKENS_SECONDS = 2 * 60 * 60

const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000)

/** From when on it may sign, because everybody who keeps our keys has fetched it. */
export const takesOverAt = ({ created }: Pick<KeyTimes, 'created'>): Date =>
  later(created, PUBLISHED_AHEAD_SECONDS)

/** When the key that signs is replaced by itself. */
export const replacedAt = ({ activated, created }: Pick<KeyTimes, 'activated' | 'created'>): Date =>
  later(activated ?? created, KEY_SIGNS_SECONDS)

/** Until when an old key is published: the last thing it signed has ended then. Null while it signs. */
export function publishedUntil({
  retired,
  signedUntil,
}: Pick<KeyTimes, 'retired' | 'signedUntil'>): Date | null {
  if (!retired) return null
  const tokens = later(retired, TOKENS_SECONDS)
  return signedUntil && signedUntil > tokens ? signedUntil : tokens
}

export type KeyMove = { kid: string; from: KeyState; to: KeyState }

/** What becomes of the keys in one step, in the order in which it is written. */
export type KeyPlan = { moves: readonly KeyMove[]; makesNext: boolean }

const inState = (keys: readonly KeyTimes[], state: KeyState) => keys.find((key) => key.state === state)

/** The next key signs from now on. Null when there is not one of each. */
function replaceActive(keys: readonly KeyTimes[], to: 'old' | 'ended'): KeyPlan | null {
  const [active, next] = [inState(keys, 'active'), inState(keys, 'next')]
  if (!active || !next) return null
  const moves: KeyMove[] = [
    { kid: active.kid, from: 'active', to },
    { kid: next.kid, from: 'next', to: 'active' },
  ]
  return { moves, makesNext: true }
}

/** With overlap: the old key stays published for as long as anything it signed is good. Null before the next one may sign. */
export function planRotation(keys: readonly KeyTimes[], now: Date): KeyPlan | null {
  const next = inState(keys, 'next')
  return next && takesOverAt(next) <= now ? replaceActive(keys, 'old') : null
}

/** Without overlap: nothing this key signed is believed from now on. Null when there is no such key any more. */
export function planEnd(keys: readonly KeyTimes[], kid: string): KeyPlan | null {
  const key = keys.find((one) => one.kid === kid)
  if (!key || key.state === 'ended') return null
  if (key.state === 'active') return replaceActive(keys, 'ended')
  return { moves: [{ kid, from: key.state, to: 'ended' }], makesNext: key.state === 'next' }
}

/** What time asks for: old keys nobody needs, a next one where there is none, the next one's turn. */
export function planUpkeep(keys: readonly KeyTimes[], now: Date): KeyPlan {
  const over = keys.filter((key) => key.state === 'old' && (publishedUntil(key) ?? now) <= now)
  const ended = over.map(({ kid }): KeyMove => ({ kid, from: 'old', to: 'ended' }))
  const active = inState(keys, 'active')
  const turn = active && replacedAt(active) <= now ? planRotation(keys, now) : null
  if (turn) return { moves: [...ended, ...turn.moves], makesNext: true }
  return { moves: ended, makesNext: active !== undefined && !inState(keys, 'next') }
}

export const changesNothing = ({ moves, makesNext }: KeyPlan): boolean => moves.length === 0 && !makesNext

/** An administrator's, or the clock's: then it concerns the installation and names nobody. */
type Ordered = Pick<TrailEvent, 'tenantId' | 'humanId' | 'texts'>

/** A signing key was made, as the trail remembers it. */
export const keyCreated = (kid: string, state: KeyState, by: Ordered = {}): TrailEvent => ({
  type: 'key.created',
  outcome: 'done',
  ...by,
  data: { kid, state, alg: 'ES256' },
})

/** What the trail remembers of a plan, and why it was made. `made` is the next key where it makes one. */
export function planEvents(
  { moves, makesNext }: KeyPlan,
  { made, because, by = {} }: { made: string; because: 'time' | 'ordered'; by?: Ordered },
): TrailEvent[] {
  const was = moves.find(({ from }) => from === 'active')
  const of = ({ kid, from, to }: KeyMove): TrailEvent[] => {
    if (to === 'ended')
      return [{ type: 'key.ended', outcome: 'done', ...by, data: { kid, was: from, because } }]
    if (to !== 'active') return []
    return [{ type: 'key.rotated', outcome: 'done', ...by, data: { kid, from: was?.kid ?? '', because } }]
  }
  const { texts: _, ...who } = by
  return [...moves.flatMap(of), ...(makesNext ? [keyCreated(made, 'next', who)] : [])]
}
