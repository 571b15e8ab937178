import type { Persona } from '@/lib/domain/personas'

/** One past request, told in figures: who filed it when, who signed after how many seconds, how it ended. */
export type Story = {
  daysAgo: number
  hour: number
  minute: number
  template: 'summarise-a-ticket' | 'resolve-a-refund-ticket' | 'rotate-a-production-secret'
  by?: Persona
  goal?: string
  justification: string
  ticket: string
  minutes?: number
  environment?: string
  extraScopes?: readonly string[]
  signatures?: readonly { after: number; by: Persona; deny?: string }[]
  withdrawnAfter?: number
  ending?: { after: number; how: 'completed' | 'revoked'; by: Persona; reason?: string }
}

const done = (after: number) => ({ after, how: 'completed', by: 'requester' }) as const

const summary = (daysAgo: number, hour: number, minute: number, after: number | null): Story => ({
  daysAgo,
  hour,
  minute,
  template: 'summarise-a-ticket',
  justification: 'The next shift needs to know where ticket 4711 stands.',
  ticket: 'SUP-4711',
  ...(after === null ? {} : { ending: done(after) }),
})

const refund = (
  daysAgo: number,
  hour: number,
  minute: number,
  by: Persona,
  wait: number,
  after: number | null,
): Story => ({
  daysAgo,
  hour,
  minute,
  template: 'resolve-a-refund-ticket',
  justification: 'The customer has waited nine days for an answer about a refund.',
  ticket: 'SUP-4711',
  signatures: [{ after: wait, by }],
  ...(after === null ? {} : { ending: done(after) }),
})

const rotation = (daysAgo: number, hour: number, minute: number): Story => ({
  daysAgo,
  hour,
  minute,
  template: 'rotate-a-production-secret',
  justification: 'The signing secret is 90 days old and due for rotation.',
  ticket: 'OPS-212',
  signatures: [
    { after: 420, by: 'approver' },
    { after: 1260, by: 'second-approver' },
  ],
  ending: done(240),
})

/** Four weeks of ordinary work, with everything that can happen to a request in it. In order of time. */
export const STORIES: readonly Story[] = [
  summary(27, 8, 12, 260),
  refund(27, 9, 40, 'approver', 310, 900),
  summary(26, 13, 5, 420),
  rotation(25, 10, 2),
  summary(24, 7, 51, null),
  refund(24, 11, 20, 'second-approver', 1800, 1200),
  {
    ...refund(23, 15, 11, 'approver', 600, null),
    signatures: [
      {
        after: 600,
        by: 'approver',
        deny: 'The ticket already has a refund decision. Ask only for the ticket.',
      },
    ],
  },
  summary(23, 15, 42, 350),
  summary(21, 9, 3, 610),
  refund(20, 8, 33, 'approver', 240, 1500),
  {
    ...summary(20, 12, 18, null),
    extraScopes: ['ticket:delete'],
    justification: 'Close the ticket for good after summarising it.',
  },
  refund(19, 10, 7, 'second-approver', 900, null),
  { ...rotation(18, 16, 44), signatures: [{ after: 300, by: 'approver' }], withdrawnAfter: 5400 },
  rotation(17, 8, 15),
  summary(16, 9, 27, 200),
  summary(16, 14, 50, 480),
  {
    ...refund(14, 13, 9, 'approver', 420, null),
    ending: {
      after: 380,
      how: 'revoked',
      by: 'approver',
      reason: 'The agent asked the vault far more often than a refund takes.',
    },
  },
  refund(13, 9, 55, 'approver', 180, 1100),
  { ...refund(12, 17, 31, 'approver', 0, null), signatures: [] },
  summary(10, 8, 8, 330),
  rotation(9, 11, 12),
  refund(9, 14, 36, 'second-approver', 700, 840),
  { ...summary(7, 10, 19, null), environment: 'laptop', justification: 'Try the agent from my own machine.' },
  summary(6, 9, 41, 290),
  refund(6, 13, 2, 'approver', 260, 1320),
  {
    ...summary(5, 15, 25, null),
    ending: {
      after: 95,
      how: 'revoked',
      by: 'administrator',
      reason: 'The ticket was moved to another team.',
    },
  },
  refund(4, 8, 47, 'second-approver', 450, 960),
  summary(3, 12, 30, 410),
  rotation(3, 14, 14),
  refund(2, 9, 9, 'approver', 330, 1260),
  summary(2, 16, 2, null),
  summary(1, 8, 22, 270),
  refund(1, 10, 58, 'second-approver', 520, 1010),
]
