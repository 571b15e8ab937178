'use client'

import { isLinkLost } from './link-store'

/** A file of the console, which asks nobody. */
const ANY_FILE = '/icon.svg'

/**
 * Whether the page can be asked for again. What Next asks for and does not get, it has the browser open instead: the
 * page would give way to the browser's own error page, with "Revoke" and all that was typed.
 */
export async function isAnswering(): Promise<boolean> {
  if (!isLinkLost() && navigator.onLine) return true
  const asked = fetch(ANY_FILE, { method: 'HEAD', cache: 'no-store' })
  return asked.then(
    ({ ok }) => ok,
    () => false,
  )
}
