import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { PolicyPreview } from '@/components/requests/policy-preview'
import type { PreviewAnswer } from '@/components/requests/preview-answer'
import { RequestPanel } from '@/components/requests/request-panel'
import type { RequestView } from '@/components/requests/request-view'

const textOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

const act = async () => ({ kind: 'idle' }) as const
const ACTIONS = { withdraw: act, confirm: act, decline: act, complete: act, revoke: act }

type Asked = readonly (readonly [scope: string, asked: string, verdict: string])[]

/** What comes next for the requester of two scopes that policy refused, or one of them. */
function panel(asked: Asked): string {
  const decisions = asked.map(([action, when, verdict], at) => ({
    ...{ id: `D-${at}`, scopeId: action, action, verdict, asked: when },
    made: new Date(at * 1000),
  }))
  const scopes = ['ticket:read', 'ticket:delete'].map((id) => ({ id }))
  const terms = { scopes, delegation: null, durationSeconds: 600, uses: null }
  const view = {
    request: {
      ...{ id: 'R-1', scopes, grant: null, declineReason: null },
      decisionIds: decisions.filter((one) => one.asked === 'filed').map(({ id }) => id),
    },
    ...{ status: 'refused', isMine: true, signing: null, changes: [], asked: terms, decisions },
    ...{ effective: terms, abilities: { fileAgain: true }, now: new Date(0) },
  } as unknown as RequestView
  return renderToStaticMarkup(<RequestPanel view={view} actions={ACTIONS} next={null} />)
}

describe('a request that policy refused is filed again', () => {
  test('without the scope that was refused', () => {
    const html = panel([
      ['ticket:read', 'filed', 'allowed'],
      ['ticket:delete', 'filed', 'refused'],
    ])
    expect(textOf(html)).toContain('File again without what policy refuses. Filing again leaves out')
    expect(html).toContain('name="without" value="ticket:delete"')
    expect(html).not.toContain('value="ticket:read"')
  })

  test('without the scope that was refused when the last signature was given', () => {
    const html = panel([
      ['ticket:read', 'filed', 'allowed'],
      ['ticket:delete', 'filed', 'held'],
      ['ticket:read', 'closed', 'allowed'],
      ['ticket:delete', 'closed', 'refused'],
    ])
    expect(html).toContain('name="without" value="ticket:delete"')
  })

  test('with all of it when every scope was refused, and says so', () => {
    const html = panel([
      ['ticket:read', 'filed', 'refused'],
      ['ticket:delete', 'filed', 'refused'],
    ])
    expect(html).not.toContain('name="without"')
    expect(textOf(html)).toContain('Policy refused every scope of it. Nothing was granted.')
    expect(textOf(html)).toContain('Filing again brings all of it back, for you to change.')
    expect(textOf(html)).not.toContain('without what policy refuses')
  })
})

const preview = (verdicts: readonly string[], suggestions: readonly string[] = []) => {
  const scopes = verdicts.map((verdict, at) => ({
    scopeId: `X-${at}`,
    action: `a:${at}`,
    verdict,
    policies: [],
  }))
  const refusedScopeIds = scopes.filter(({ verdict }) => verdict === 'refused').map(({ scopeId }) => scopeId)
  const answer = { verdict: 'refused', stages: [], scopes, suggestions, refusedScopeIds, policySerial: 1 }
  const shown = { kind: 'answered', answer: answer as unknown as PreviewAnswer, isAsking: false } as const
  return textOf(renderToStaticMarkup(<PolicyPreview id="p" shown={shown} onLeaveOut={() => {}} />))
}

test('what policy says of a draft names what can be left out, or that nothing can', () => {
  const nothing = 'Every scope is refused, so there is nothing to leave out.'
  expect(preview(['allowed', 'refused'])).toContain('Leave out a:1')
  expect(preview(['allowed', 'refused'])).not.toContain(nothing)
  expect(preview(['refused', 'refused'])).toContain(`${nothing} Choose other scopes or another agent.`)
  expect(preview(['refused'], ['In staging, policy would allow this at once.'])).toContain(
    `${nothing} In staging, policy would allow`,
  )
})
