import { get } from 'node:http'
import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

const PAUSE_MS = 50

/** Waits until a check holds, and says what did not answer when it never does, with the last it knows of why. */
export async function until(
  what: string,
  check: () => Promise<boolean>,
  withinMs: number,
  why: () => string | null = () => null,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await check().catch(() => false))) {
    if (Date.now() > deadline)
      throw new Error(
        [`${what} did not answer within ${withinMs / 1000} seconds.`, why()].filter(Boolean).join(' '),
      )
    await pause(PAUSE_MS)
  }
}

/** Whether something sensible answers at an address: any page that is not an error of the server. */
export async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  // A connection kept for later would make the server wait for it when it is told to stop.
  const request = get(url, { agent: false, signal })
  const status = await new Promise<number>((resolve, reject) => {
    request.once('error', reject)
    request.once('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 500)
    })
  })
  return status < 500
}

/** Whether the database answers a question in time, over a connection of its own. `onRefused` hears why it does not. */
export async function databaseAnswers(
  connectionString: string,
  withinMs: number,
  onRefused: (fault: unknown) => void = () => {},
): Promise<boolean> {
  const client = new pg.Client({
    connectionString,
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch (fault) {
    onRefused(fault)
    return false
  } finally {
    // A hung database does not answer the goodbye either.
    void client.end().catch(() => {})
  }
}

/** One sentence naming the port and the variable when somebody else listens there. */
export async function requireFreePort(port: number, variable: string, host = '127.0.0.1'): Promise<void> {
  const probe = createServer()
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    probe.once('error', resolve)
    probe.listen({ port, host, exclusive: true }, () => resolve(null))
  })
  if (failure === null) return new Promise((resolve) => probe.close(() => resolve()))
  if (failure.code === 'EADDRINUSE') {
    throw new Error(`Port ${port} is in use by another program. Stop it, or set ${variable} to a free port.`)
  }
  if (failure.code === 'EACCES') {
    throw new Error(`This account may not listen on port ${port}. Set ${variable} to a port above 1023.`)
  }
  throw failure
}
