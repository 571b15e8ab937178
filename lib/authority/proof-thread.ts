import { parentPort } from 'node:worker_threads'
import { readDpopProof } from '@/lib/identity/dpop'
import type { ReadProofs, SentProofs } from './proofs-beside'

// The other side of `proofsBeside`: what comes in one message is answered in one, in the same order.
parentPort?.on('message', async (sent: SentProofs) => {
  const read: ReadProofs = await Promise.all(sent.map(readDpopProof))
  parentPort?.postMessage(read)
})
