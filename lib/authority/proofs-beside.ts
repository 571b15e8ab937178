import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { inBatches } from '@/lib/data/in-batches'
import type { DpopReading, readDpopProof } from '@/lib/identity/dpop'

/** The DPoP headers of several requests, and what was read of them. */
export type SentProofs = readonly (readonly string[])[]
export type ReadProofs = readonly DpopReading[]

// Enough that the thread is never idle while more has come.
const MESSAGES_UNDER_WAY = 4

// A thread does not read TypeScript because its process does.
const FROM_SOURCE = `const { workerData } = require('node:worker_threads')
import('tsx/esm/api').then(({ register }) => (register(), import(workerData)))`

const startThread = (thread: URL): Worker =>
  extname(thread.pathname) === '.ts'
    ? new Worker(FROM_SOURCE, { eval: true, workerData: thread.href })
    : new Worker(thread)

/**
 * Reads DPoP proofs on a thread of their own: the curve arithmetic is a fifth of what a call costs, and the thread that
 * answers has better to do meanwhile. What arrives in one turn of the event loop goes over in one message. A thread that
 * fails or ends takes the process with it: no proof is ever taken unread, and whoever started the process starts it again.
 */
export function proofsBeside(thread: URL): typeof readDpopProof {
  const worker = startThread(thread)
  // It holds nothing open: whoever waits for an answer has a connection that does.
  worker.unref()
  const waiting: ((read: ReadProofs) => void)[] = []
  worker.on('message', (read: ReadProofs) => waiting.shift()?.(read))
  worker.on('exit', (code) => {
    throw new Error(`The thread that reads proofs ended (${code}).`)
  })
  const send = (sent: SentProofs) =>
    new Promise<ReadProofs>((resolve) => {
      waiting.push(resolve)
      worker.postMessage(sent)
    })
  return inBatches(
    async (sent: SentProofs) => (await send(sent)).map((value) => ({ status: 'fulfilled', value })),
    { abreast: MESSAGES_UNDER_WAY },
  )
}
