import { expect, it } from 'vitest'
import { decisionsByAsk, rulesOf } from '@/components/requests/decision-rules'
import type { Verdict } from '@/lib/domain/question'
import type { DecisionRecord } from '@/lib/domain/request-record'

const decision = (id: string, verdict: Verdict, action: string, policyIds: string[]) =>
  ({ id, verdict, action, policyIds, says: policyIds.map((one) => `${one} says so.`) }) as DecisionRecord

const made = (id: string, asked: string, second: number) =>
  ({ id, asked, made: new Date(second * 1000) }) as DecisionRecord

it('shows the decisions of the present version, the last closing since, and every issue', () => {
  const all = [
    made('D-6', 'issued', 60),
    made('D-5', 'closed', 50),
    made('D-4', 'closed', 40),
    made('D-3', 'filed', 30),
    made('D-2', 'closed', 20),
    made('D-1', 'filed', 10),
  ]
  const { filed, closed, issued } = decisionsByAsk(all, ['D-3'])
  expect([filed, closed, issued].map((list) => list.map(({ id }) => id))).toEqual([['D-3'], ['D-5'], ['D-6']])
})

it('names each policy once with every scope it decides, the hardest answer first', () => {
  const rules = rulesOf([
    decision('D-1', 'allowed', 'ticket:read', ['may-read']),
    decision('D-2', 'held', 'secret:read', ['needs-security']),
    decision('D-3', 'allowed', 'ticket:list', ['may-read']),
    decision('D-4', 'refused', 'secret:write', ['never-write']),
  ])
  expect(rules.map(({ id, verdict, actions }) => [id, verdict, actions])).toEqual([
    ['never-write', 'refused', ['secret:write']],
    ['needs-security', 'held', ['secret:read']],
    ['may-read', 'allowed', ['ticket:read', 'ticket:list']],
  ])
  expect(rules[0]?.says).toBe('never-write says so.')
})
