import type { ServerResponse } from 'node:http'

const THEN = Symbol('what is done when an answer is over')

type Watched = ServerResponse & { [THEN]?: (() => void)[] }

/**
 * Does something when an answer is over, sent or cut off, in the order in which it was asked for. All of it hangs on one
 * listener: Next adds up to eight of its own to an answer, and Node warns of a leak from the eleventh.
 */
export function whenClosed(response: Watched, then: () => void): void {
  if (response[THEN]) {
    response[THEN].push(then)
    return
  }
  const all = [then]
  response[THEN] = all
  response.once('close', () => {
    for (const one of all) one()
  })
}
