import { type IncomingMessage, request } from 'node:http'
import type { Page } from '@playwright/test'

export const consoleUrl = (): URL => new URL(process.env.BROWSER_CONSOLE_URL ?? '')

export type Sent = {
  method?: string
  headers?: Readonly<Record<string, string>>
  cookie?: string
  body?: Uint8Array
  /** Another console than the product's own, which is told the product's Host all the same. */
  to?: string
}

export type Answer = { status: number; headers: IncomingMessage['headers']; text: string }

const isStream = ({ headers }: IncomingMessage) => headers['content-type']?.includes('event-stream')

/** Sends what a browser would never send: any Host, any Origin, any path as it is written. Redirects stay. */
export function send(
  path: string,
  { method = 'GET', headers = {}, cookie, body, to }: Sent = {},
): Promise<Answer> {
  const { hostname, port } = to ? new URL(to) : consoleUrl()
  const all = { host: consoleUrl().host, ...headers, ...(cookie ? { cookie } : {}) }
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers: all, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      const done = () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        })
      // A live stream has no end: its head is the answer.
      if (isStream(answer)) {
        done()
        asked.destroy()
        return
      }
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', done)
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** The sign-in of a page, as the header that carries it. */
export async function cookieOf(page: Page): Promise<string> {
  const cookies = await page.context().cookies()
  return cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
}

/** A form as it travels: the body and its type. */
export async function formBody(fields: readonly (readonly [string, string])[]) {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  const response = new Response(form)
  return {
    body: new Uint8Array(await response.arrayBuffer()),
    headers: { 'content-type': response.headers.get('content-type') ?? '' },
  }
}
