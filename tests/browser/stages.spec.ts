import type { Page } from '@playwright/test'
import { policySetVersion } from '@/lib/policy/load'
import { approvalPolicies, demandOn } from '@/tests/harness/stage-policies'
import { letPassBy } from '@/tests/harness/time-passed'
import { query } from './abuse/store'
import { fileRequest, sign, stateOf } from './filing'
import { expect, expectNoAxeViolations, inBothThemes, picture, signInAs, test } from './fixtures'

let before = ''

/** Puts these demands in force in the product's own database, in the place of the default ones. */
async function demand(...demands: string[]): Promise<void> {
  const text = approvalPolicies(demands.join(''))
  const version = policySetVersion(text)
  await query(
    `insert into policy_set (version, serial, schema, policies, created)
     select $1, max(serial) + 1, $2, $3, now() from policy_set on conflict (version) do nothing`,
    [version, text.schema, JSON.stringify(text.policies)],
  )
  await query('update policy_in_force set version = $1', [version])
}

test.beforeAll(async () => {
  const [row] = await query<{ version: string }>('select version from policy_in_force')
  before = row?.version ?? ''
  await query(
    `insert into approver_group (id, tenant_id, slug, name)
     select 'U-MANAGERS', tenant_id, 'managers', 'Managers' from approver_group where slug = 'security'
     on conflict do nothing`,
  )
})
test.afterEach(async () => {
  await query('update policy_in_force set version = $1', [before])
  await query(`delete from group_member where group_id = 'U-MANAGERS'`)
  await query('update deputy set ended = now() where ended is null')
  await query('update sign_in set address = null')
})

/** The page as it is kept for people to look at: both themes, and 320 px wide. */
async function pictures(page: Page, name: string): Promise<void> {
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `${name}-${theme}`)
  })
  await page.emulateMedia({ colorScheme: 'light' })
  const size = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 800 })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(wide).toBeLessThanOrEqual(320)
  await picture(page, `${name}-320`)
  if (size) await page.setViewportSize(size)
}

test('Two stages in order, each signed by two', async ({ page, openAs }) => {
  await demand(
    demandOn('secret:read', 'security', '@order("1") @quorum("2") @expires("4h")'),
    demandOn('ticket:read', 'data-owners', '@order("2") @quorum("2")'),
  )
  await signInAs(page, 'requester')
  await page.goto('/requests/new?template=resolve-a-refund-ticket')
  const preview = page.getByRole('region', { name: 'Policy preview' })
  await expect(preview).toContainText('Who will be asked')
  await expect(preview).toContainText('Security, 2 of 2 people, within 4 h')
  await expect(preview).toContainText('Second approver')
  await pictures(page, 'stages-preview')
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  await expect(page.getByRole('region', { name: 'Approvals' })).toContainText('Security has until')
  await expect(page.getByText('Asked after the stage before').first()).toBeVisible()
  await pictures(page, 'stages-filed')
  const [first, second] = [await openAs('approver'), await openAs('second approver')]
  for (const signer of [first, second]) {
    await signer.goto(`/requests/${id}`)
    await sign(signer, 'Approve')
  }
  await expect(second.getByRole('region', { name: 'Approvals' })).toContainText('Data owners, 0 of 2')
  for (const signer of [first, second]) {
    await signer.goto(`/requests/${id}`)
    await sign(signer, 'Approve')
  }
  await expect(stateOf(second)).toHaveText('Live')
  await pictures(second, 'stages-live')
})

test('A signature from where the requester signs in asks for one more', async ({ page, openAs }) => {
  await demand(demandOn('secret:read', 'security', '@sameDevice("one-more")'))
  await signInAs(page, 'requester')
  await page.goto('/requests/new?template=resolve-a-refund-ticket')
  await expect(page.getByRole('region', { name: 'Policy preview' })).toContainText(
    'Security, 1 of 2 people, one more if somebody signs from where you sign in',
  )
  const id = await fileRequest(page, 'resolve-a-refund-ticket')
  const first = await openAs('approver')
  // Only a proxy of ours says an address, and there is none here.
  await query(
    `update sign_in set address = '192.0.2.7' from person p
     where p.id = sign_in.person_id and p.subject in ('requester', 'approver')`,
  )
  await first.goto(`/requests/${id}`)
  const panel = first.getByRole('complementary', { name: 'Your countersignature' })
  await expect(panel).toContainText('One more after yours')
  await expect(panel).toContainText('Yours asks for one more: you sign in from where')
  await sign(first, 'Approve')
  await expect(first.getByRole('region', { name: 'Approvals' })).toContainText(
    /Security, 1 of 2: one more is asked, because .+ signed from where the requester signs in/,
  )
  await pictures(first, 'stages-one-more')
  const second = await openAs('second approver')
  await second.goto(`/requests/${id}`)
  await expect(second.getByText('Yours completes it')).toBeVisible()
  await sign(second, 'Approve')
  await expect(stateOf(second)).toHaveText('Live')
})

test('A stage escalates, and the second group signs it', async ({ page, openAs }) => {
  await demand(demandOn('secret:read', 'security', '@escalate("managers") @escalateAfter("1h")'))
  await query(
    `insert into group_member (group_id, person_id, added_by, added)
     select 'U-MANAGERS', p.id, 'setup', now() - interval '2 days' from person p
     join group_member m on m.person_id = p.id join approver_group g on g.id = m.group_id
     where g.slug = 'security' and p.subject = 'second-approver'`,
  )
  await query(
    `delete from group_member m using approver_group g, person p where g.id = m.group_id
       and p.id = m.person_id and g.slug = 'security' and p.subject = 'second-approver'`,
  )
  try {
    await signInAs(page, 'requester')
    const id = await fileRequest(page, 'resolve-a-refund-ticket')
    await expect(page.getByRole('region', { name: 'Approvals' })).toContainText('Escalates to Managers at')
    const manager = await openAs('second approver')
    await manager.goto(`/requests/${id}`)
    await expect(manager.getByRole('button', { name: 'Approve', exact: true })).toBeHidden()
    await letPassBy(query, id, 61)
    await expect(page.getByRole('region', { name: 'Timeline' })).toContainText('Managers may sign it too')
    await page.reload()
    await expect(page.getByRole('region', { name: 'Approvals' })).toContainText('Escalated to Managers at')
    await pictures(page, 'escalated')
    await manager.reload()
    await sign(manager, 'Approve')
    await expect(stateOf(manager)).toHaveText('Live')
    await expect(manager.getByRole('region', { name: 'Approvals' })).toContainText('signed from Managers')
    await pictures(manager, 'escalated-live')
  } finally {
    await query(
      `insert into group_member (group_id, person_id, added_by, added)
       select g.id, p.id, 'setup', now() - interval '2 days' from approver_group g, person p
       where g.slug = 'security' and p.subject = 'second-approver' on conflict do nothing`,
    )
  }
})

test('A deputy is named, signs in the place of another, and ends early', async ({ page, openAs }) => {
  const away = await openAs('approver')
  await away.goto('/settings')
  const region = away.getByRole('region', { name: 'Deputy' })
  await region.getByRole('button', { name: 'Name deputy' }).click()
  await expect(region.getByRole('combobox', { name: 'Person' })).toHaveAttribute('aria-invalid', 'true')
  await region.getByRole('combobox', { name: 'Person' }).selectOption('Second approver, Security')
  await region.getByLabel('Until').fill(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10))
  await region.getByRole('button', { name: 'Name deputy' }).click()
  await expect(region.getByRole('table', { name: 'Deputies' })).toContainText('Second approver')
  await pictures(away, 'deputy-settings')
  await signInAs(page, 'requester')
  const id = await fileRequest(page, 'rotate-a-production-secret')
  const deputy = await openAs('second approver')
  await deputy.goto(`/requests/${id}`)
  await deputy.getByRole('button', { name: 'Approve', exact: true }).click()
  const dialog = deputy.getByRole('dialog', { name: `Approve ${id}` })
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).toBeVisible()
  const own = await dialog.getByText(/^[0-9a-f]{64}$/).textContent()
  await expect(dialog.getByRole('status')).toHaveCount(0)
  await dialog.getByRole('radio', { name: 'For Approver' }).check()
  await expect(dialog.getByText(/^[0-9a-f]{64}$/)).not.toHaveText(own ?? '')
  await expect(dialog).toContainText('Second approver for Approver')
  await expect(dialog.getByRole('status')).toContainText('Security could not be signed in full then.')
  await pictures(deputy, 'deputy-dialog')
  await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(dialog).toBeHidden()
  await expect(deputy.getByRole('region', { name: 'Approvals' })).toContainText(
    'Second approver for Approver',
  )
  await expect(deputy.getByText('You have already signed this stage. A person counts once.')).toBeVisible()
  await expect(deputy.getByRole('region', { name: 'Timeline' })).toContainText('in the place of Approver')
  await pictures(deputy, 'deputy-signed')
  await region.getByRole('button', { name: 'End early' }).click()
  await away.getByRole('dialog').getByRole('button', { name: 'End early' }).click()
  await expect(region.getByRole('table', { name: 'Deputies' })).toBeHidden()
})

test('A group holds another once two administrators agree', async ({ page }) => {
  await signInAs(page, 'administrator')
  await page.goto('/settings')
  const region = page.getByRole('region', { name: 'People and groups' })
  const row = region.getByRole('row', { name: /^Security/ })
  await row.getByRole('button', { name: 'Put a group in' }).click()
  const dialog = page.getByRole('dialog', { name: 'Put a group into Security' })
  await dialog.getByLabel('Group').selectOption({ label: 'Managers' })
  await dialog.getByRole('button', { name: 'Put a group in' }).click()
  await expect(dialog).toBeHidden()
  await expect(row).toContainText('Holds Managers')
  await pictures(page, 'nested-groups')
  await row.getByRole('button', { name: 'Take out Managers' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Take out Managers' }).click()
  await expect(row).not.toContainText('Holds Managers')
})
