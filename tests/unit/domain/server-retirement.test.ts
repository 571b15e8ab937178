import { describe, expect, test } from 'vitest'
import { ScopeId } from '@/lib/domain/ids'
import { namedIn, type Retiring, retiringWords } from '@/lib/domain/server-retirement'

const [READ, WRITE] = [ScopeId.parse('X-READ'), ScopeId.parse('X-WR1TE')]
const retiring: Retiring = {
  kind: 'scope.retire',
  names: ['ticket:read', 'https://tickets.example/t/1'],
  scopeIds: [READ],
}
const where = {
  templates: [{ scopeIds: [READ, WRITE] }, { scopeIds: [WRITE] }],
  policies: [
    'permit (principal, action == Action::"ticket:read", resource);',
    'forbid (principal, action, resource == Resource::"https://tickets.example/t/1");',
    'forbid (principal, action == Action::"ticket:reader", resource);',
    'permit (principal, action == Action::"ticket:write", resource);',
  ],
  held: { requests: 1, grants: 2 },
}

describe('what names a scope', () => {
  test('is counted whole: templates, policies, waiting requests, live grants', () => {
    expect(namedIn(retiring, where)).toEqual({ templates: 1, policies: 2, requests: 1, grants: 2 })
  })

  test('is nothing where nothing does', () => {
    const none = { templates: [], policies: [], held: undefined }
    expect(namedIn(retiring, none)).toEqual({ templates: 0, policies: 0, requests: 0, grants: 0 })
  })

  test('is said first, then what becomes of live grants', () => {
    const words = retiringWords(retiring, namedIn(retiring, where))
    expect(words[0]).toBe('1 template, 2 policies, 1 waiting request and 2 live grants name it.')
    expect(words.join(' ')).toContain('Live grants lose it at once and keep the rest')
    const server = { ...retiring, kind: 'server.remove' as const, scopeIds: [READ, WRITE] }
    const named = namedIn(server, { ...where, policies: [], held: { requests: 0, grants: 1 } })
    expect(retiringWords(server, named)[0]).toBe(
      '2 templates, 0 policies, 0 waiting requests and 1 live grant name it or its scopes.',
    )
  })
})
