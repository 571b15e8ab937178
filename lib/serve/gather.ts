import type { ServerResponse } from 'node:http'
import { whenClosed } from './when-closed'

/** How long a piece waits for the next, so that a page that is slow still shows what it has. */
const WAIT_MS = 20

/**
 * Sends the pieces of an answer together: a page is rendered in a dozen of them, and each crossing into the kernel costs
 * more than it carries. What is there after a moment leaves, or when it is as much as a connection takes at once.
 */
export function gather(response: ServerResponse): void {
  const write = response.write
  let leaving: NodeJS.Timeout | null = null
  const leave = () => {
    if (!leaving) return
    clearTimeout(leaving)
    leaving = null
    response.uncork()
  }
  const gathered = (...piece: unknown[]): boolean => {
    if (!leaving) {
      response.cork()
      leaving = setTimeout(leave, WAIT_MS)
    }
    const isRoom: boolean = Reflect.apply(write, response, piece)
    if (!isRoom) leave()
    return isRoom
  }
  response.write = gathered
  whenClosed(response, leave)
}
