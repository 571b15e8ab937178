import { ALL_KINDS, type NoticeKind } from './notice'

/** Where a notice can reach somebody. */
export const CHANNELS = { app: 'In the console', mail: 'By mail' } as const
export type Channel = keyof typeof CHANNELS

const ALL_CHANNELS = ['app', 'mail'] as const satisfies readonly Channel[]

/** One cell of the table in the settings: `mail:waits`. */
export const reachKey = (channel: Channel, kind: NoticeKind) => `${channel}:${kind}` as const

/** Every cell. */
export const REACH_KEYS: readonly string[] = ALL_CHANNELS.flatMap((channel) =>
  ALL_KINDS.map((kind) => reachKey(channel, kind)),
)

/** What reaches somebody: the cells that are ticked. */
export type Reach = ReadonlySet<string>

export const reaches = (reach: Reach, channel: Channel, kind: NoticeKind): boolean =>
  reach.has(reachKey(channel, kind))
