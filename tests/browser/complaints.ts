import type { BrowserContext } from '@playwright/test'

/** What a page says about itself that no person would read: errors in the console, violations of the CSP. */
export type Complaints = { watch: (context: BrowserContext) => Promise<void>; heard: () => readonly string[] }

/** Collects complaints of every page of the contexts it watches; `expected` are those a test provokes. */
export function collectComplaints(expected: readonly RegExp[]): Complaints {
  const found: string[] = []
  const hear = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) found.push(text)
  }
  const watch = async (context: BrowserContext) => {
    context.on('console', (message) => {
      const { url } = message.location()
      if (message.type() === 'error')
        hear(`${message.page()?.url() ?? ''} console: ${message.text()} (${url})`)
    })
    context.on('weberror', (error) => hear(`${error.page()?.url() ?? ''} thrown: ${error.error().message}`))
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`CSP ${event.effectiveDirective} forbids ${event.blockedURI}`)
      })
    })
  }
  return { watch, heard: () => found }
}
