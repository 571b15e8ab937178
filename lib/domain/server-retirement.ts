import { counted } from './counted'
import type { ScopeId } from './ids'

/** A scope that is taken out of the offer, or every one of a server that is removed. */
export type Retiring = {
  kind: 'scope.retire' | 'server.remove'
  /** Names by which policies may know it: actions and resources, the server’s identifier. */
  names: readonly string[]
  scopeIds: readonly ScopeId[]
}

type Named = { templates: number; policies: number; requests: number; grants: number }

type Where = {
  templates: readonly { scopeIds: readonly ScopeId[] }[]
  /** The Cedar text of each policy in force. */
  policies: readonly string[]
  held: { requests: number; grants: number } | undefined
}

/** What names a scope, or anything of a server: templates, policies in force, requests that wait, live grants. */
export const namedIn = ({ names, scopeIds }: Retiring, { templates, policies, held }: Where): Named => ({
  templates: templates.filter((template) => scopeIds.some((id) => template.scopeIds.includes(id))).length,
  policies: policies.filter((cedar) => names.some((name) => cedar.includes(JSON.stringify(name)))).length,
  requests: held?.requests ?? 0,
  grants: held?.grants ?? 0,
})

/** What comes of it, in sentences: first whom it touches, then what holds from then on. */
export function retiringWords({ kind }: Pick<Retiring, 'kind'>, named: Named): string[] {
  const whom = [
    counted(named.templates, 'template'),
    counted(named.policies, 'policy', 'policies'),
    counted(named.requests, 'waiting request'),
  ].join(', ')
  const isScope = kind === 'scope.retire'
  return [
    `${whom} and ${counted(named.grants, 'live grant')} name ${isScope ? 'it' : 'it or its scopes'}.`,
    isScope
      ? 'Nobody can ask for it from then on, and it cannot come back. Waiting requests that name it cannot be granted.'
      : 'Nobody can ask for its scopes from then on, and neither it nor its identifier can come back. Waiting requests that name them cannot be granted.',
    isScope
      ? 'Live grants lose it at once and keep the rest: no token is issued for it, and tokens that have it count no more wherever a server asks.'
      : 'Live grants lose it at once and keep the rest: no token is issued for it, and it gets no for every question it asks.',
    'A server that only verifies offline takes a token until it ends, within 5 minutes.',
  ]
}
