import type { Role } from './access'

export type SetupStep = { title: string; href: string; isDone: boolean }

type There = {
  hasPolicy: boolean
  people: readonly { disabled: Date | null; roles: readonly Role[] }[]
  groups: readonly { members: readonly unknown[] }[]
  servers: readonly { scopes: readonly unknown[] }[]
  agents: readonly { id: string; slug: string }[]
  /** Those of them that can prove themselves with nothing. */
  unidentified: ReadonlySet<string>
}

/**
 * What an installation needs before somebody can be given access, each with the page where it is done. Null once a request
 * can be filed and its agent can prove itself: an empty approver group stops only what it is asked for.
 */
export function setupSteps(there: There): SetupStep[] | null {
  const { hasPolicy, people, groups, servers, agents, unidentified } = there
  const holders = (role: Role) =>
    people.filter(({ disabled, roles }) => disabled === null && roles.includes(role)).length
  const hasScope = servers.some(({ scopes }) => scopes.length > 0)
  const hasIdentity = agents.some(({ id }) => !unidentified.has(id))
  const hasRequester = holders('requester') > 0
  if (hasPolicy && hasScope && hasIdentity && hasRequester) return null
  const [agent] = agents
  return [
    { title: 'A policy set is in force', href: '/policies', isDone: hasPolicy },
    {
      title: 'A second administrator agrees to changes',
      href: '/settings',
      isDone: holders('administrator') > 1,
    },
    {
      title: 'Every approver group has people',
      href: '/settings',
      isDone: groups.length > 0 && groups.every(({ members }) => members.length > 0),
    },
    { title: 'Somebody has the role Requester', href: '/settings', isDone: hasRequester },
    { title: 'A resource server offers scopes', href: '/resources', isDone: hasScope },
    { title: 'An agent is registered', href: '/agents', isDone: agents.length > 0 },
    {
      title: 'An agent has an identity',
      href: agent ? `/agents/${agent.slug}` : '/agents',
      isDone: hasIdentity,
    },
  ]
}
