import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { inBatches } from '@/lib/data/in-batches'
import { underWay } from '@/lib/domain/under-way'
import type { DpopReading, readDpopProof } from '@/lib/identity/dpop'
import type { isSignedBy, PublicJwk } from '@/lib/identity/public-jwk'

/** The DPoP headers of a request to be read, or a text whose signature is in question. */
export type Asked = { dpop: readonly string[] } | { text: string; jwk: PublicJwk; algorithm: string }
type Answer = DpopReading | boolean

/** What goes over in one message, and what comes back under the same number: nothing here counts on their order. */
export type Sent = { id: number; asked: readonly Asked[] }
export type Told = { id: number; answers: readonly Answer[] }

/** What is done on the other thread, as this one would do it. */
export type Beside = { readProof: typeof readDpopProof; isSigned: typeof isSignedBy }

// A thread does not read TypeScript because its process does.
const FROM_SOURCE = `const { workerData } = require('node:worker_threads')
import('tsx/esm/api').then(({ register }) => (register(), import(workerData)))`

const startThread = (thread: URL): Worker =>
  extname(thread.pathname) === '.ts'
    ? new Worker(FROM_SOURCE, { eval: true, workerData: thread.href })
    : new Worker(thread)

/**
 * Reads DPoP proofs and verifies signatures on a thread of their own: the curve arithmetic is a fifth of what a call costs,
 * and the thread that answers has better to do meanwhile. One message is under way at a time, and whatever arrives
 * meanwhile goes over in the next: to wake the other thread costs more than what is said. A thread that fails or ends takes the process with it: no proof is ever taken unread, and whoever started the
 * process starts it again.
 */
export function proofsBeside(thread: URL): Beside {
  const ask = askThread(startThread(thread))
  const isSigned: Beside['isSigned'] = async (text, jwk, algorithm) =>
    (await ask({ text, jwk, algorithm })) === true
  const readProof: Beside['readProof'] = async (dpop) => {
    const reading = await ask({ dpop })
    if (typeof reading === 'boolean') throw new Error('The thread that reads proofs answered something else.')
    return reading
  }
  return { readProof, isSigned }
}

function askThread(worker: Worker): (asked: Asked) => Promise<Answer> {
  // It holds nothing open: whoever waits for an answer has a connection that does.
  worker.unref()
  const waiting = underWay<(answers: readonly Answer[]) => void>()
  worker.on('message', ({ id, answers }: Told) => {
    waiting.end(id)?.(answers)
  })
  worker.on('exit', (code) => {
    throw new Error(`The thread that reads proofs ended (${code}).`)
  })
  const send = (asked: readonly Asked[]) =>
    new Promise<readonly Answer[]>((resolve) => {
      worker.postMessage({ id: waiting.begin(resolve), asked } satisfies Sent)
    })
  return inBatches(async (asked: readonly Asked[]) =>
    (await send(asked)).map((value) => ({ status: 'fulfilled', value })),
  )
}
