import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import type { Actor } from '@/lib/domain/access'
import type { GrantId, RequestId } from '@/lib/domain/ids'
import type { Result } from '@/lib/domain/result'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { completeGrant } from '@/lib/usecases/grants/complete-grant'
import { issueMandate } from '@/lib/usecases/grants/issue-mandate'
import { revokeGrants } from '@/lib/usecases/grants/revoke-grants'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, no } from '@/tests/harness/demo'
import { type AccessWorld, accessWorld, type Kind } from '@/tests/integration/access/world'

let db: FreshDatabase
let world: AccessWorld
let requestId: RequestId
let grantId: GrantId

beforeAll(async () => {
  db = await freshDatabase()
  world = await accessWorld()
  requestId = await world.demo.file('resolve-a-refund-ticket', world.actors.requester)
  const live = await world.demo.file('summarise-a-ticket', world.actors.requester)
  const { grant } = await world.demo.read(live)
  if (!grant) throw new Error('There is no grant.')
  grantId = grant.id
})
afterAll(() => db.dispose())

type Attempt = (by: Actor) => Promise<Result<unknown>>

/** What somebody may see and may not do, who tries it, and the trace that stays. */
const ATTEMPTS: Record<string, { by: Kind; trace: object; attempt: Attempt }> = {
  'signing without the role, by an administrator': {
    ...{
      by: 'administrator',
      trace: { type: 'approval.refused', data: { reason: 'not_allowed', version: 1 } },
    },
    attempt: (by) => prepareSigning(by, actOf(by), { requestId, verdict: 'approve' }),
  },
  'signing without the role, by the owner of the agent': {
    ...{ by: 'owner', trace: { type: 'approval.refused', data: { reason: 'not_allowed', version: 1 } } },
    attempt: (by) => prepareSigning(by, actOf(by), { requestId, verdict: 'deny' }),
  },
  'revoking several, by a compliance officer': {
    ...{ by: 'auditor', trace: { type: 'act.refused', data: { act: 'grant.revoke' } } },
    attempt: (by) => revokeGrants(by, actOf(by), { grantIds: [grantId], reason: '' }),
  },
  'completing, by an administrator': {
    ...{ by: 'administrator', trace: { type: 'act.refused', data: { act: 'grant.complete' } } },
    attempt: (by) => completeGrant(by, actOf(by), { grantId }),
  },
  'taking the mandate, by the owner of the agent': {
    ...{ by: 'owner', trace: { type: 'act.refused', data: { act: 'mandate.issue' } } },
    attempt: (by) => issueMandate(by, actOf(by), { grantId }),
  },
  'withdrawing, by an administrator': {
    ...{ by: 'administrator', trace: { type: 'act.refused', data: { act: 'request.withdraw' } } },
    attempt: (by) => withdrawRequest(by, actOf(by), { requestId }),
  },
  'editing, by an administrator': {
    ...{ by: 'administrator', trace: { type: 'act.refused', data: { act: 'request.edit' } } },
    attempt: (by) =>
      editRequest(by, actOf(by), { ...world.demo.form('summarise-a-ticket'), requestId, rev: 1 }),
  },
}

test.each(Object.keys(ATTEMPTS))('%s is refused and leaves a trace', async (name) => {
  const { by, trace, attempt } = ATTEMPTS[name] ?? {
    by: 'auditor',
    trace: {},
    attempt: () => Promise.reject(name),
  }
  const actor = world.actors[by]
  expect(['not_found', 'not_allowed']).toContain(no(await attempt(actor)))
  const { rows } = await pool().query(
    `select type, outcome, human_id, entry::json -> 'data' as data from trail_event order by leaf desc limit 1`,
  )
  expect(rows).toEqual([{ outcome: 'refused', human_id: actor.personId, ...trace }])
})

test.each(Object.keys(ATTEMPTS))('%s: a stranger learns nothing and leaves nothing', async (name) => {
  const { rows: before } = await pool().query('select next_leaf from trail_head')
  const attempt = ATTEMPTS[name]?.attempt(world.actors.strangeAdministrator)
  expect(attempt && no(await attempt)).toBe('not_found')
  expect((await pool().query('select next_leaf from trail_head')).rows).toEqual(before)
})
