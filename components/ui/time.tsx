import { clockOf, momentOf, relativeTo } from './time-words'

/** "8 minutes ago", with the moment in UTC as its title. `now` is the server's clock. */
export function Ago({ at, now }: { at: Date; now: Date }) {
  return (
    <time dateTime={at.toISOString()} title={momentOf(at)}>
      {relativeTo(at, now)}
    </time>
  )
}

/** "14:02:13", with day and zone in its title; `zone` writes "UTC" out. */
export function Clock({ at, zone }: { at: Date; zone?: boolean }) {
  return (
    <time dateTime={at.toISOString()} title={momentOf(at)}>
      {clockOf(at)}
      {zone ? ' UTC' : null}
    </time>
  )
}

/** "23 Nov 2026, 14:02:13 UTC". */
export function Moment({ at }: { at: Date }) {
  return <time dateTime={at.toISOString()}>{momentOf(at)}</time>
}
