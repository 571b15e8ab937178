import { IncomingMessage, type ServerResponse } from 'node:http'
import { depthOfBody } from './nesting'

/** No form of the console comes near either. */
const MOST_BYTES = 200_000
const MOST_DEEP = 500

const TOO_LARGE = 'What was sent is larger than any form of this console. Nothing was changed.\n'
const TOO_DEEP = 'What was sent is deeper than any form of this console. Nothing was changed.\n'

function turnAway(response: ServerResponse, status: number, says: string) {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': says.length,
    'cache-control': 'no-store',
  })
  response.write(says)
}

/** Sends larger bodies away by the length they say: nothing of them is parsed or kept. */
export function answerTooLarge(request: IncomingMessage, response: ServerResponse): boolean {
  if (Number(request.headers['content-length'] ?? 0) <= MOST_BYTES) return false
  turnAway(response, 413, TOO_LARGE)
  // A connection that is closed while its other side still sends may lose the answer on the way.
  request.once('close', () => response.end()).resume()
  return true
}

/** All of a body, or null when it is larger than it may be or its sender has gone. What follows is read and forgotten, a megabyte at most. */
async function readAll(request: IncomingMessage): Promise<Buffer | null> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    length += part.length
    if (length <= MOST_BYTES) parts.push(part)
    else if (length > 5 * MOST_BYTES) return null
  }
  return length <= MOST_BYTES ? Buffer.concat(parts) : null
}

/** The request once more, with its body still to be read. */
function again(request: IncomingMessage, body: Buffer): IncomingMessage {
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  const copy = new IncomingMessage(request.socket)
  Object.assign(copy, { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor })
  copy.complete = true
  copy.push(body)
  copy.push(null)
  return copy
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * Reads a body before React does, which follows nested values by calling itself: what is too deep ends there as a
 * fault. Returns the request to answer, or null when it is answered.
 */
export async function readSoundBody(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<IncomingMessage | null> {
  if (!hasBody(request)) return request
  const body = await readAll(request).catch(() => null)
  const depth = body && depthOfBody(body.toString('latin1'), request.headers['content-type'] ?? '')
  if (body && depth !== null && depth <= MOST_DEEP) return again(request, body)
  turnAway(response, body ? 400 : 413, body ? TOO_DEEP : TOO_LARGE)
  response.end()
  return null
}
