import type { Scope } from './scope'

/** The resource as people read it: without the scheme. */
export const resourceLabel = (scope: Pick<Scope, 'resource'>) => scope.resource.replace(/^https?:\/\//, '')
