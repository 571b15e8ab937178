import { z } from 'zod'

/** A place in a status list. */
export const StatusPlace = z.object({ list: z.string(), idx: z.int().nonnegative() })
export type StatusPlace = z.infer<typeof StatusPlace>

/** The name of a list: the day its grants were opened, UTC. */
export const StatusListName = z.string().regex(/^\d{8}$/)

export const statusListName = (opened: Date): string => opened.toISOString().slice(0, 10).replaceAll('-', '')

/** How many places a list has. Places are drawn at random, so a list is far from full. */
export const STATUS_PLACES = 2 ** 20

/** Token Status List §7.1: two bits each. */
export const STATUSES = { valid: 0, invalid: 1, suspended: 2 } as const

/** A relying party may keep a list this long, and believes none for longer. */
export const STATUS_TTL_SECONDS = 10
export const STATUS_LIFE_SECONDS = 60

export const STATUS_PATH = '/oauth/status'
export const statusListUri = (issuer: string, list: string): string => `${issuer}${STATUS_PATH}/${list}`
