import type { Page } from '@playwright/test'
import { query } from './abuse/store'
import { fileRequest, idOf, stateOf } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, test } from './fixtures'
import { expectThreeForms } from './forms'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const newId = (prefix: string, length = 8) =>
  `${prefix}-${Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => ALPHABET[byte & 31]).join('')}`

const TERMS = `goal, goal_category, justification, ticket, environment, duration_seconds, policy_set, digest,
  tenant_id, requester_id`
const SCOPES = `scope_id, tenant_id, action, resource, sensitivity, data_domain, max_seconds, server_id, server_name,
  server_identifier, server_type, asks_online`

/** What the agent of a live request proposes to its human, as if it had asked for it. */
async function propose(requestId: string): Promise<string> {
  const id = newId('R')
  await query(
    `insert into request (id, ${TERMS}, agent_id, state, stages, filed, answer_by, wait_ends, proposed_under)
     select $1, ${TERMS}, agent_id, 'proposed', '[]', now(), now() + interval '1 day', now() + interval '1 day',
       (select id from permission_grant where request_id = r.id) from request r where id = $2`,
    [id, requestId],
  )
  await query(
    `insert into request_scope (request_id, ${SCOPES}) select $1, ${SCOPES} from request_scope where request_id = $2`,
    [id, requestId],
  )
  return id
}

/** A grant that the agent of a live request handed on to another one, as if it had. */
async function handOn(requestId: string): Promise<{ id: string; request: string }> {
  const request = newId('R')
  const [grant] = await query<{ id: string; agent: string; other: string }>(
    `select g.id, g.agent_id as agent, (select min(id) from agent a where a.tenant_id = g.tenant_id and a.id <> g.agent_id)
       as other from permission_grant g where g.request_id = $1`,
    [requestId],
  )
  if (!grant) throw new Error(`${requestId} has no grant.`)
  const id = `${grant.id}${newId('', 6).slice(1)}`
  await query(
    `insert into request (id, ${TERMS}, agent_id, state, stages, filed, answer_by)
     select $1, ${TERMS}, $3, 'granted', '[]', now(), now() from request where id = $2`,
    [request, requestId, grant.other],
  )
  await query(
    `insert into request_scope (request_id, ${SCOPES}) select $1, ${SCOPES} from request_scope where request_id = $2`,
    [request, requestId],
  )
  await query(
    `insert into permission_grant (id, request_id, tenant_id, requester_id, agent_id, environment, state, opened, expires)
     select $1, $2, tenant_id, requester_id, $4, environment, 'live', now(), expires from permission_grant where id = $3`,
    [id, request, grant.id, grant.other],
  )
  await query(
    `insert into grant_scope (grant_id, ${SCOPES}) select $1, ${SCOPES} from grant_scope where grant_id = $2`,
    [id, grant.id],
  )
  await query(`insert into child_grant values ($1, $2, $2, array[$2], 0, $3)`, [id, grant.id, grant.agent])
  return { id, request }
}

const open = async (page: Page, id: string) => {
  await page.goto(`/requests/${id}`)
  await expect(page.getByRole('complementary', { name: 'What comes next' })).toBeVisible()
}

test.describe('what an agent proposes', () => {
  test('stands on Home of its human, who confirms it', async ({ openAs }) => {
    const page = await openAs('requester')
    const id = await propose(await fileRequest(page, 'summarise-a-ticket'))
    await page.goto('/')
    const row = page.getByRole('row').filter({ hasText: id })
    await expect(row).toContainText('Proposed')
    await row.getByRole('link', { name: `Review ${id}` }).click()
    await expect(stateOf(page)).toHaveText('Proposed')
    await expect(page).toHaveTitle(new RegExp(id))
    await expect(page.getByRole('region', { name: 'Written by the agent' })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Decision' })).toHaveCount(0)
    await inBothThemes(page, async (theme) => {
      await expectNoAxeViolations(page)
      await picture(page, `proposed-${theme}`)
    })
    await page.getByRole('button', { name: 'Confirm', exact: true }).click()
    await expect(page.getByRole('dialog')).toContainText('filed in your name')
    await expectNoAxeViolations(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Confirm', exact: true }).click()
    await expect(page.getByText(`${id} confirmed.`)).toBeVisible()
    await expect(stateOf(page)).toHaveText('Live')
    await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('confirmed it')
    await expect(page.getByRole('region', { name: 'Decision' })).toBeVisible()
  })

  test('is declined in 320 px', async ({ openAs }) => {
    const page = await openAs('requester')
    const id = await propose(await fileRequest(page, 'summarise-a-ticket'))
    await page.setViewportSize({ width: 320, height: 640 })
    await page.goto('/requests?state=proposed')
    await page.getByRole('row').filter({ hasText: id }).getByRole('link').first().click()
    await expect(stateOf(page)).toHaveText('Proposed')
    await expect(page).toHaveTitle(new RegExp(id))
    const wide = await page.evaluate(() => document.documentElement.scrollWidth)
    expect(wide).toBeLessThanOrEqual(320)
    await expectNoAxeViolations(page)
    await picture(page, 'proposed-320')
    await page.getByRole('button', { name: 'Decline', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: `Decline ${id}` })
    await dialog.getByLabel('Reason').fill('The ticket is closed.')
    await expectNoAxeViolations(page)
    await dialog.getByRole('button', { name: 'Decline', exact: true }).click()
    await expect(page.getByText(`${id} declined.`)).toBeVisible()
    await expect(stateOf(page)).toHaveText('Withdrawn')
    const next = page.getByRole('complementary', { name: 'What comes next' })
    await expect(next).toContainText('Declined by')
    await expect(page.getByRole('region', { name: 'Written by the agent' })).toContainText(
      'Reason of the decline',
    )
    await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('declined it')
    await inBothThemes(page, async (theme) => {
      await expectNoAxeViolations(page)
      await picture(page, `declined-320-${theme}`)
    })
    await page.setViewportSize({ width: 1280, height: 900 })
    await picture(page, 'declined')
    await page.goto('/requests?state=withdrawn')
    const row = page.getByRole('row').filter({ hasText: id })
    await expect(row).toContainText('Withdrawn')
    await expect(row).toContainText('Declined by')
    await picture(page, 'declined-list')
  })

  test('is confirmed with changes, for the agent that proposed it', async ({ openAs }) => {
    const page = await openAs('requester')
    const id = await propose(await fileRequest(page, 'summarise-a-ticket'))
    await open(page, id)
    await page.getByRole('button', { name: 'Edit request' }).click()
    await expect(page.getByText('Submitting confirms it')).toBeVisible()
    await page.getByLabel('Goal').fill('Summarise it once more')
    await page.getByRole('button', { name: 'Submit request' }).click()
    await expect(stateOf(page)).toHaveText('Live')
    expect(idOf(page)).toBe(id)
    await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('confirmed it, with changes')
  })

  test('is read by a compliance officer, who can do nothing about it', async ({ openAs }) => {
    const page = await openAs('requester')
    const id = await propose(await fileRequest(page, 'summarise-a-ticket'))
    const officer = await openAs('compliance officer')
    await officer.goto('/requests?state=proposed')
    await officer.getByRole('row').filter({ hasText: id }).getByRole('link').first().click()
    await expect(stateOf(officer)).toHaveText('Proposed')
    await expect(officer.getByRole('region', { name: 'Written by the agent' })).toBeVisible()
    await expect(officer.getByRole('region', { name: 'Timeline' })).toBeVisible()
    const next = officer.getByRole('complementary', { name: 'What comes next' })
    await expect(next).toContainText('Its human has to confirm it')
    await expect(next.getByRole('button')).toHaveCount(0)
    const acts = /^(Confirm|Decline|Edit request|Withdraw|File again|Comment|Approve|Deny)/
    await expect(officer.getByRole('main').getByRole('button', { name: acts })).toHaveCount(0)
    await expectThreeForms(officer, 'proposed-read')
  })

  test('is nothing to anybody else', async ({ openAs }) => {
    const page = await openAs('requester')
    const id = await propose(await fileRequest(page, 'summarise-a-ticket'))
    for (const persona of ['administrator', 'approver'] as const) {
      const other = await openAs(persona)
      await other.goto('/requests?state=proposed')
      await expect(other.getByRole('heading', { name: 'Requests', level: 1 })).toBeVisible()
      await expect(other.getByText('No request is in this state.')).toBeVisible()
      await expect(other.getByText(id)).toHaveCount(0)
    }
  })
})

test('a child grant stands under its parent and among the live grants, and is revoked alone', async ({
  openAs,
}) => {
  const page = await openAs('requester')
  const parent = await fileRequest(page, 'summarise-a-ticket')
  const child = await handOn(parent)
  await open(page, parent)
  const access = page.getByRole('region', { name: 'Effective access' })
  await expect(access).toContainText('Handed on to')
  await expect(access).toContainText('at most 3 levels deep')
  await expect(access).not.toContainText('no delegation')
  const part = page.getByRole('region', { name: 'Child grants' })
  await expect(part.getByRole('row').filter({ hasText: child.id })).toContainText('Live')
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `children-${theme}`)
  })
  await part.getByRole('link', { name: child.id }).click()
  await expect(page.getByText('Handed on by')).toBeVisible()
  await expect(access).toContainText('It may not be handed on.')
  await expect(page).toHaveTitle(new RegExp(child.request))
  await expectNoAxeViolations(page)
  await page.goto('/grants')
  const row = page.getByRole('row').filter({ has: page.locator(`a[href="/requests/${child.request}"]`) })
  await expect(row).toContainText('handed on by')
  await expectNoAxeViolations(page)
  await row.getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(row).toContainText('Revoked')
  await page.setViewportSize({ width: 320, height: 640 })
  await open(page, parent)
  await expect(stateOf(page)).toHaveText('Live')
  await expect(part.getByRole('row').filter({ hasText: child.id })).toContainText('Revoked')
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await picture(page, 'children-320')
})
