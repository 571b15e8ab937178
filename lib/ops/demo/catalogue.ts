import data from './catalogue.json'

export const SERVER_NAMES = ['tickets', 'vault', 'refunds'] as const
export type ServerName = (typeof SERVER_NAMES)[number]

export type CatalogueScope = { action: string; path: string; sensitivity: number; dataDomain: string }
export type CatalogueServer = {
  name: string
  says: string
  type: string
  portOffset: number
  check: 'offline' | 'introspection'
  /** Asks for a decision before each call it answers. */
  asksOnline: boolean
  scopes: readonly CatalogueScope[]
}

export const TRUST_DOMAIN = data.trustDomain
export const ENVIRONMENTS: readonly string[] = data.environments

/** What the three demo resource servers are. The seed registers the same data. */
export const CATALOGUE: Record<ServerName, CatalogueServer> = {
  tickets: { ...data.servers.tickets, check: 'offline', asksOnline: false },
  vault: { ...data.servers.vault, check: 'introspection', asksOnline: true },
  refunds: { ...data.servers.refunds, check: 'introspection', asksOnline: true },
}

export function isServerName(value: string | undefined): value is ServerName {
  return SERVER_NAMES.some((name) => name === value)
}

export function portOf(server: ServerName, portBase: number): number {
  return portBase + CATALOGUE[server].portOffset
}

/** A demo server is registered under the URL it really listens on. */
export function identifierOf(server: ServerName, portBase: number): string {
  return `http://127.0.0.1:${portOf(server, portBase)}`
}
