import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { database } from '@/lib/data/database'
import type { RequestId } from '@/lib/domain/ids'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { actOf, GROUPS, no, yes } from '@/tests/harness/demo'
import { atMark } from '@/tests/harness/marks'
import { approver, demo, requester, withSigners } from '@/tests/harness/signers'
import { approvalPolicies, demandOn } from '@/tests/harness/stage-policies'
import { putInForce } from '@/tests/harness/stages'
import { trailOf } from '@/tests/harness/trail'

withSigners()

beforeAll(async () => {
  await putInForce(approvalPolicies(demandOn('secret:read', 'security', '@cooldown("24h")')), GROUPS)
})
// What an earlier test denied keeps nobody from asking in the next.
beforeEach(() => database().request.updateMany({ data: { coolsUntil: null } }))

const TEMPLATE = 'resolve-a-refund-ticket'
const file = () => demo.file(TEMPLATE, requester)
const submit = (changes = {}) => submitRequest(requester, actOf(requester), demo.form(TEMPLATE, changes))
const deny = (id: RequestId) => demo.deny(approver, id, 'Not today.')
const requests = () => database().request.count()

describe('a denial that commits while the same is being filed', () => {
  test('keeps it from being filed, and both attempts tell', async () => {
    const id = await file()
    const before = await requests()
    atMark('begin', async () => yes(await deny(id)))
    expect(no(await submit())).toBe('asked_again')
    expect(await requests()).toBe(before)
    expect(await trailOf(id, 'request.repeated')).toHaveLength(1)
  })

  test('keeps another request from being changed into it', async () => {
    const less = yes(await submit({ scopeIds: [demo.scopeId('secret:read')] }))
    const id = await file()
    const { rev, state, version } = await demo.read(less.id)
    expect(state).toBe('awaiting')
    const form = { ...demo.form(TEMPLATE), requestId: less.id, rev }
    atMark('begin', async () => yes(await deny(id)))
    expect(no(await editRequest(requester, actOf(requester), form))).toBe('asked_again')
    expect((await demo.read(less.id)).version).toBe(version)
  })
})
