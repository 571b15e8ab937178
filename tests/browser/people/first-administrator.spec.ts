import { expectNoAxeViolations, inBothThemes, picture } from '../fixtures'
import { expect, test } from './fixtures'

// In this order: until the third of them, nobody administers the installation.
test.describe.configure({ mode: 'serial' })

const useIt = { name: 'Use this link', exact: true } as const

test('a link that somebody made up opens nothing', async ({ page }) => {
  await page.goto(`/setup#${'x'.repeat(43)}`)
  await page.getByRole('button', useIt).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('This link was used')
  await page.goto('/setup#half')
  await page.reload()
  await page.getByRole('button', useIt).click()
  await expect(page.getByRole('main').getByRole('alert')).toContainText('This is not the whole link.')
})

test('the printed link is accessible, in both themes and on a small screen', async ({ page, house }) => {
  await page.goto(house.printedLink())
  await expect(page.getByRole('heading', { name: 'First administrator', level: 1 })).toBeVisible()
  await inBothThemes(page, async (theme) => {
    await expectNoAxeViolations(page)
    await picture(page, `setup-${theme}`)
  })
  await page.setViewportSize({ width: 320, height: 700 })
  await picture(page, 'setup-320')
})

test('whoever follows the printed link becomes administrator, whatever their groups', async ({
  page,
  openBrowser,
  house,
}) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const other = await openBrowser()
  await page.goto(house.printedLink())
  await other.goto(house.printedLink())
  await page.getByRole('button', useIt).click()
  await expect(page.getByRole('button', { name: 'Continue with Company', exact: true })).toBeVisible()
  expect(page.url()).not.toContain('#')
  await picture(page, 'setup-bind')

  await other.getByRole('button', useIt).click()
  await expect(other.getByRole('main').getByRole('alert')).toContainText('This link was used')

  await page.getByRole('button', { name: 'Continue with Company', exact: true }).click()
  await page.getByRole('button', { name: 'I am the founder', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  await expect(page.getByRole('table', { name: 'People', exact: true })).toContainText('Founder')

  const secret = new URL(house.printedLink()).hash.slice(1)
  for (const url of asked) expect(url).not.toContain(secret)
  await other.goto('/setup')
  await expect(other.getByRole('main')).toContainText('Somebody administers this installation already.')
})
