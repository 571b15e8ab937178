import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { type MailServer, startMailServer } from '../../harness/mail'
import { test as base, expect } from '../fixtures'
import { startProduct } from '../product.mjs'

export { expect }

/** The product outside demo mode with passwords and a mail server, and nobody in it. One for a whole file of tests. */
export type Office = { consoleUrl: string; mail: MailServer; printedLink: () => string }

async function openOffice(): Promise<Office & { stop: () => Promise<void> }> {
  const mail = await startMailServer()
  const product = await startProduct({
    demo: false,
    name: 'product-passwords',
    environment: {
      COUNTERSIGN_PASSWORDS: '1',
      SMTP_URL: mail.url,
      MAIL_FROM: 'Countersign <access@example.org>',
    },
  })
  return {
    consoleUrl: product.consoleUrl,
    mail,
    printedLink: () => {
      const [link] = /http:\S+\/setup#[\w-]+/.exec(readFileSync(product.log, 'utf8')) ?? []
      if (!link) throw new Error('No link was printed.')
      return link
    },
    stop: async () => {
      await product.stop()
      await mail.stop()
    },
  }
}

export const test = base.extend<{ openBrowser: () => Promise<Page> }, { office: Office }>({
  office: [
    async ({ browserName: _ }, use) => {
      const office = await openOffice()
      await use(office)
      await office.stop()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: async ({ office }, use) => use(office.consoleUrl),
  openBrowser: async ({ browser, complaints, office }, use) => {
    const opened: { close: () => Promise<void> }[] = []
    await use(async () => {
      const context = await browser.newContext({ baseURL: office.consoleUrl, reducedMotion: 'reduce' })
      opened.push(context)
      await complaints.watch(context)
      return context.newPage()
    })
    for (const context of opened) await context.close()
  },
})
