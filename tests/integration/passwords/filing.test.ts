import { afterAll, beforeAll, expect, test } from 'vitest'
import { pool } from '@/lib/data/database'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { previewRequest } from '@/lib/usecases/requests/preview-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { actOf, no, yes } from '@/tests/harness/demo'
import { join, type PasswordWorld, passwordWorld, signedIn } from './world'

let world: PasswordWorld

beforeAll(async () => {
  world = await passwordWorld()
}, 180_000)
afterAll(() => world.dispose())

const requesterWithoutFactor = async (email: string) => {
  await join(world, email, 'approver')
  const { actor, lacks } = await signedIn(email)
  expect([actor.roles, lacks]).toEqual([['requester'], 'set_up'])
  return actor
}

test('who has yet to set up a second factor for another role files and edits', async () => {
  const { demo } = world
  const actor = await requesterWithoutFactor('both@example.org')
  const form = demo.form('resolve-a-refund-ticket')
  expect(yes(await previewRequest(actor, form)).verdict).toBe('held')
  const { id, state } = yes(await submitRequest(actor, actOf(actor), form))
  expect(state).toBe('awaiting')
  const { rev } = await demo.read(id)
  const edit = { ...form, justification: 'It has waited ten days.', requestId: id, rev }
  yes(await editRequest(actor, actOf(actor), edit))
  expect(await demo.read(id)).toMatchObject({ state: 'awaiting', version: 2 })
})

test('who has just lost the role to file does not', async () => {
  const { demo } = world
  const actor = await requesterWithoutFactor('lost@example.org')
  await pool().query(`delete from role_holding where person_id = $1 and role = 'requester'`, [actor.personId])
  const form = demo.form('summarise-a-ticket')
  expect(no(await submitRequest(actor, actOf(actor), form))).toBe('changed_meanwhile')
})
