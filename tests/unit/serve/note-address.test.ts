import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { type Env, noteAddress } from '@/lib/authority/call'

const FORGED = '203.0.113.66'

/** Whom the authority takes a call to come from, that its neighbour 10.0.0.1 passes on with this list. */
async function callerBehind(proxies: number, forwarded: string): Promise<string> {
  const app = new Hono<Env>().use(noteAddress(proxies)).get('/', (c) => c.text(String(c.get('address'))))
  const incoming = { rawHeaders: ['x-forwarded-for', forwarded], socket: { remoteAddress: '10.0.0.1' } }
  const headers = { 'x-forwarded-for': forwarded }
  return (await app.request('/', { headers }, { incoming })).text()
}

test.each([
  [0, FORGED, '10.0.0.1'],
  [1, '198.51.100.7', '198.51.100.7'],
  [1, `${FORGED}, 198.51.100.7`, '198.51.100.7'],
  [2, `${FORGED}, 198.51.100.7, 10.0.0.9`, '198.51.100.7'],
])('V15.3.4: behind %i proxies of ours %s comes from %s', async (proxies, forwarded, caller) => {
  expect(await callerBehind(proxies, forwarded)).toBe(caller)
})
