/** Deeper than this no prefix goes, so that a long path is looked up in few ways. */
export const MAX_PREFIX_SEGMENTS = 16

/** What is registered is a workload's path, or with a slash at its end a prefix: everything below it. */
export const isPrefix = (registered: string): boolean => registered.endsWith('/')

/** The prefixes a path stands below, longest first. Segments are whole: agent/a is never inside agent/ab/. */
export function prefixesAbove(path: string): string[] {
  const segments = path.split('/').filter(Boolean)
  const above = segments.slice(0, -1).map((_, at) => `${segments.slice(0, at + 1).join('/')}/`)
  return above.slice(0, MAX_PREFIX_SEGMENTS).reverse()
}

/** As what a workload can be registered: itself first, then the prefixes it stands below. Each is compared whole. */
export const registrationsOf = (workload: string): string[] => [workload, ...prefixesAbove(workload)]

/**
 * What an agent is called by: the first workload it is registered as. A prefix is no name, and neither is any of the many
 * workloads below it.
 */
export const namedBy = <T extends { workload: string }>(identities: readonly T[]): T | undefined =>
  identities.find(({ workload }) => !isPrefix(workload))
