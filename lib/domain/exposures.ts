import type { Settings } from './settings'

/** Demo mode signs anyone in as anyone, so it runs where nobody else can reach it. */
export function exposures(settings: Settings): string[] {
  const { consoleUrl, issuer, databaseUrl, embedded, bind, oidc, passwords } = settings
  const addresses = { COUNTERSIGN_CONSOLE_URL: consoleUrl, COUNTERSIGN_ISSUER: issuer }
  const reachable = Object.entries(addresses)
    .filter(([, url]) => !isLoopback(new URL(url).hostname))
    .map(([name, url]) => `${name} is ${url} and demo mode serves loopback only. Set COUNTERSIGN_DEMO=0.`)
  if (!isLoopback(bind))
    reachable.push(`COUNTERSIGN_BIND is ${bind} and demo mode serves loopback only. Set COUNTERSIGN_DEMO=0.`)
  const isNear = embedded || databaseUrl === null || isNearby(databaseUrl)
  const far =
    'DATABASE_URL names another machine and demo mode keeps to a database on this one. Set COUNTERSIGN_DEMO=0.'
  const real = 'OIDC_ISSUER is set and demo mode signs anyone in as anyone. Set COUNTERSIGN_DEMO=0.'
  const unneeded = 'COUNTERSIGN_PASSWORDS is 1 and demo people have no password. Set COUNTERSIGN_DEMO=0.'
  return [...reachable, ...(isNear ? [] : [far]), ...(oidc ? [real] : []), ...(passwords ? [unneeded] : [])]
}

/** Cookies and tokens cross no network in the clear: an address that others can reach begins with https. */
export function openAddresses({ consoleUrl, issuer }: Settings): string[] {
  return Object.entries({ COUNTERSIGN_CONSOLE_URL: consoleUrl, COUNTERSIGN_ISSUER: issuer })
    .map(([name, address]) => ({ name, url: new URL(address) }))
    .filter(({ url }) => url.protocol !== 'https:' && !isLoopback(url.hostname))
    .map(({ name, url }) => `${name} is ${url.origin}. An address that others reach has to begin with https.`)
}

function isNearby(databaseUrl: string): boolean {
  // `postgresql://user@/name?host=/folder` is what PostgreSQL's own tools take, and URL does not.
  const text = databaseUrl.replace(/@\//, '@localhost/')
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname)
  return host === '' || host.startsWith('/') || isLoopback(host)
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
