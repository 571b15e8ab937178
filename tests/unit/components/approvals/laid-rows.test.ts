import { expect, it } from 'vitest'
import { type LaidRow, layOut, newerOf } from '@/components/approvals/laid-rows'
import { RequestId } from '@/lib/domain/ids'
import type { Inbox, InboxRow } from '@/lib/domain/inbox'
import type { Meanwhile } from '@/lib/domain/meanwhile'

const id = RequestId.parse('R-7F3KQ2ZD')
const row: InboxRow = {
  id,
  version: 1,
  agent: 'refund-triage',
  requester: 'Requester',
  scopes: [],
  sensitivity: 2,
  durationSeconds: 1800,
  uses: null,
  delegation: null,
  asked: { scopes: 0, durationSeconds: 1800 },
  environment: 'production',
  filed: 0,
  answerBy: 1,
  stage: { name: 'security', tenantId: 'T', groupName: 'Security', quorum: 1, counted: 0 },
  signers: [],
  lastVote: null,
  difference: {
    kind: 'first',
    added: [],
    fewer: 0,
    seconds: null,
    environment: null,
    never: [],
    isWhole: true,
  },
  template: null,
  words: [],
  isOpened: false,
}

const byMe: Meanwhile = { what: 'granted', by: 'Approver', isMe: true, at: 5 }
const inbox = (now: number, more: Partial<Inbox> = {}): Inbox => ({
  now,
  rows: [],
  crowds: [],
  gone: [],
  next: null,
  ...more,
})
const shown: LaidRow[] = [{ row, gone: null }]
const told = inbox(10, { gone: [{ id, meanwhile: byMe }] })
const ofPage = inbox(11)

/** What the row says in the end, when answers come in this order. */
function saidAfter(...answers: readonly Inbox[]): string | undefined {
  const rows = answers.reduce<readonly LaidRow[]>((laid, fresh) => layOut(laid, fresh, true), shown)
  return rows[0]?.gone?.what
}

it('says who decided when the page is drawn again before the list is told of it', () => {
  expect(saidAfter(newerOf(inbox(1), ofPage), newerOf(told, ofPage))).toBe('granted')
})

it('says who decided when the page is drawn again behind it', () => {
  expect(saidAfter(newerOf(told, inbox(1)), newerOf(told, ofPage))).toBe('granted')
})

it('shows a row again that the newer of the two has', () => {
  const back = inbox(12, { rows: [row] })
  expect(saidAfter(newerOf(told, ofPage), newerOf(told, back))).toBeUndefined()
})
