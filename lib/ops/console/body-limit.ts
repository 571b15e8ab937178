import type { IncomingMessage, ServerResponse } from 'node:http'

/** No form of the console comes near it. What says no length is cut by Next, at a megabyte. */
const MOST_BYTES = 200_000

const SAYS = 'What was sent is larger than any form of this console. Nothing was changed.\n'

/** Sends larger bodies away by the length they say: nothing of them is parsed or kept. */
export function answerTooLarge(request: IncomingMessage, response: ServerResponse): boolean {
  if (Number(request.headers['content-length'] ?? 0) <= MOST_BYTES) return false
  response.writeHead(413, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': SAYS.length,
    'cache-control': 'no-store',
  })
  response.write(SAYS)
  // A connection that is closed while its other side still sends may lose the answer on the way.
  request.once('close', () => response.end()).resume()
  return true
}
