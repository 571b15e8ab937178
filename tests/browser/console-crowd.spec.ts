import { cookieOf } from './abuse/raw'
import { openStream, startConsole } from './console-process'
import { expect, signInAs, test } from './fixtures'

test.describe.configure({ timeout: 600_000 })

const PROCESSES = 3
const PATHS = ['/', '/requests', '/grants', '/api/grants', '/readyz']

test('a console of several processes goes on when one of them is killed, and knows a sign-in whoever answers', async ({
  page,
}) => {
  await signInAs(page, 'requester')
  const cookie = await cookieOf(page)
  const server = await startConsole(undefined, {
    environment: {
      ...{ COUNTERSIGN_EMBEDDED: '0', COUNTERSIGN_DEMO: '1' },
      COUNTERSIGN_CONSOLE_PROCESSES: String(PROCESSES),
    },
  })
  expect(server.isListening, server.output()).toBe(true)
  // A line of which only a part has come yet does not end so.
  const listening = () =>
    server
      .rawLines()
      .filter((line) => line.endsWith('"msg":"listening"}'))
      .map((line) => JSON.parse(line))
  await expect.poll(() => listening().length, { timeout: 180_000 }).toBe(PROCESSES)
  const statuses = () =>
    Promise.all(
      PATHS.map(async (path) => (await fetch(`${server.url}${path}`, { headers: { cookie } })).status),
    )
  const killed = listening()[0]?.pid
  for (let round = 0; round < 5; round += 1) expect(await statuses()).toEqual(PATHS.map(() => 200))
  const streams = Array.from({ length: 4 }, () => openStream(server.url, cookie))
  await Promise.all(streams.map(({ began }) => began))
  process.kill(Number(killed), 'SIGKILL')
  await expect.poll(() => listening().length, { timeout: 180_000 }).toBe(PROCESSES + 1)
  for (let round = 0; round < 5; round += 1) expect(await statuses()).toEqual(PATHS.map(() => 200))
  expect(await server.end()).toBe(0)
  // Of those that were told to end, everything came to its end; the killed one's streams were cut with it.
  const drained = server.lines().filter(({ msg }) => msg === 'drained')
  expect(drained.map(({ cut }) => cut)).toEqual(Array(PROCESSES).fill(false))
  expect(server.lines().filter(({ msg }) => msg === 'process ended')).toMatchObject([
    { ended: killed, signal: 'SIGKILL', replaced: true },
  ])
  for (const { ended } of streams) expect(['ended', 'cut']).toContain(await ended.catch(() => 'cut'))
})
