/** Deeper than this no prefix goes, so that a long path is looked up in few ways. */
export const MAX_PREFIX_SEGMENTS = 16

/**
 * A workload as it is registered: its path behind /env/<environment>/. Where its path says no environment an administrator
 * does, and it is the whole path, with the slash it begins with: so no text means one of each.
 */
export type RegisteredWorkload = { trustDomain: string; workload: string; environment: string | null }

/** Instead of an environment: the one that its trust domain states, whatever that is. No environment is called so. */
export const AS_TRUST_DOMAIN = '@trust-domain'

/** A workload with who states its environment: itself, or its trust domain, which may state none. */
export type StatedWorkload = RegisteredWorkload & { byDomain: boolean }

/** The path of an ID as it is registered, by the environment that the path itself says. */
export const workloadOf = ({ path, environment }: { path: string; environment: string | null }): string =>
  environment === null ? path : path.slice(`/env/${environment}/`.length)

export const isWholePath = (workload: string) => workload.startsWith('/')

/** The SPIFFE ID of a workload in an environment; of a prefix, what its IDs begin with. */
export const spiffeIdOf = (
  { trustDomain, workload }: Pick<RegisteredWorkload, 'trustDomain' | 'workload'>,
  environment: string,
): string => `spiffe://${trustDomain}${isWholePath(workload) ? workload : `/env/${environment}/${workload}`}`

/** What is registered is a workload's path, or with a slash at its end a prefix: everything below it. */
export const isPrefix = (registered: string): boolean => registered.endsWith('/')

/** The prefixes a path stands below, longest first. Segments are whole: agent/a is never inside agent/ab/. */
export function prefixesAbove(path: string): string[] {
  const segments = path.split('/').filter(Boolean)
  const root = isWholePath(path) ? '/' : ''
  const above = segments.slice(0, -1).map((_, at) => `${root}${segments.slice(0, at + 1).join('/')}/`)
  return above.slice(0, MAX_PREFIX_SEGMENTS).reverse()
}

/** As what a workload can be registered: itself first, then the prefixes it stands below. Each is compared whole. */
export const registrationsOf = (workload: string): string[] => [workload, ...prefixesAbove(workload)]

/**
 * What an agent is called by in an environment: the first workload it is registered as that can be proven there. A prefix is
 * no name, and neither is any of the many workloads below it.
 */
export const namedBy = <T extends Pick<RegisteredWorkload, 'workload' | 'environment'>>(
  identities: readonly T[],
  environment: string,
): T | undefined => identities.find((one) => !isPrefix(one.workload) && isProvenIn(one, environment))

// Of a whole path nobody but its registration says where it runs: without that it is proven nowhere.
const isProvenIn = (one: Pick<RegisteredWorkload, 'workload' | 'environment'>, environment: string) =>
  (isWholePath(one.workload) ? one.environment : (one.environment ?? environment)) === environment
