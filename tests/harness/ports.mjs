// Ports for servers that a test starts. Systems hand out ports from 32768 up themselves, also to the many
// connections that other tests make: a port that was free up there a moment ago is taken the next.
import { createServer } from 'node:net'

const LOWEST = 20_000
const PORTS = 12_000
const ATTEMPTS = 200

// Every process of a run begins somewhere else and goes on from there, so that two do not choose alike.
let taken = (process.pid * 61) % PORTS

const isFree = (port) =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/**
 * The first of `count` neighbouring ports that are all free.
 * @param {number} count
 * @returns {Promise<number>}
 */
export async function freePorts(count) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = LOWEST + (taken % (PORTS - count))
    taken += count
    const free = await Promise.all(Array.from({ length: count }, (_, at) => isFree(first + at)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`No ${count} neighbouring ports are free`)
}

/** A port that nobody listens on. */
export const freePort = () => freePorts(1)
