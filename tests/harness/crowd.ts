import { randomUUID } from 'node:crypto'
import { Agent, get, type IncomingMessage } from 'node:http'

/** What one caller was told: the whole answer, that nobody is there, or half an answer. */
export type Call = {
  reference: string
  path: string
  asked: number
  told: number
  end: 'answered' | 'nobody' | 'cut'
  status: number
  closes: boolean
  /** The door was shut: nobody listens there any more. A kept connection that ends while idle is another thing. */
  isShut: boolean
}

type Headers = Readonly<Record<string, string>>

const GIVES_UP_AFTER = 5

/**
 * Callers that ask again and again until nobody answers any more: half of them keep their connection, half open one for
 * each call. What they were told is the oracle for whether a server left without cutting anybody off.
 */
export function startCrowd(base: string, paths: readonly string[], callers: number, headers: Headers = {}) {
  const calls: Call[] = []
  const kept = new Agent({ keepAlive: true })
  const caller = async (number: number) => {
    const agent = number % 2 === 0 ? kept : false
    let failed = 0
    for (let turn = number; failed < GIVES_UP_AFTER; turn += 1) {
      const call = await ask(`${base}${paths[turn % paths.length]}`, agent, headers)
      calls.push(call)
      failed = call.end === 'nobody' ? failed + 1 : 0
    }
  }
  const ended = Promise.all(Array.from({ length: callers }, (_, number) => caller(number)))
  return { calls, ended: ended.finally(() => kept.destroy()) }
}

function ask(url: string, agent: Agent | false, headers: Headers): Promise<Call> {
  const call = {
    reference: randomUUID(),
    path: new URL(url).pathname,
    asked: performance.now(),
    status: 0,
    closes: false,
    isShut: false,
  }
  return new Promise((resolve) => {
    const request = get(url, { agent, headers: { ...headers, 'x-request-id': call.reference } })
    request.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve({ ...call, told: performance.now(), end: 'nobody', isShut: code === 'ECONNREFUSED' }),
    )
    request.once('response', (response: IncomingMessage) => {
      const answer = {
        ...call,
        status: response.statusCode ?? 0,
        closes: response.headers.connection === 'close',
      }
      response.resume()
      response.once('close', () =>
        resolve({ ...answer, told: performance.now(), end: response.complete ? 'answered' : 'cut' }),
      )
    })
  })
}

/** What a crowd and a server's log say together about a server that was told to leave. */
export function compare(calls: readonly Call[], logged: readonly Readonly<Record<string, unknown>>[]) {
  const seen = new Map(calls.map((call) => [call.reference, call]))
  const requests = logged.filter(({ msg }) => msg === 'request')
  const answered = calls.filter(({ end }) => end === 'answered')
  const known = new Set(requests.map(({ reference }) => reference))
  return {
    answered: answered.length,
    cut: calls.filter(({ end }) => end === 'cut').length,
    // The server took it and nobody heard the answer.
    lost: requests.filter(({ reference }) => seen.get(String(reference))?.end === 'nobody').length,
    // Somebody heard an answer that the server knows nothing of.
    unlogged: answered.filter(({ reference }) => !known.has(reference)).length,
    faulty: answered.filter(({ path, status }) => status >= 500 && path !== '/readyz').length,
  }
}
