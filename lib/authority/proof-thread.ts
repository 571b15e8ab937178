import { parentPort } from 'node:worker_threads'
import { readDpopProof } from '@/lib/identity/dpop'
import { isSignedBy } from '@/lib/identity/public-jwk'
import type { Asked, Sent, Told } from './proofs-beside'

const answerTo = (asked: Asked): Promise<Told[number]> =>
  'dpop' in asked ? readDpopProof(asked.dpop) : isSignedBy(asked.text, asked.jwk, asked.algorithm)

// The other side of `proofsBeside`: what comes in one message is answered in one, in the same order.
parentPort?.on('message', async (sent: Sent) => {
  const told: Told = await Promise.all(sent.map(answerTo))
  parentPort?.postMessage(told)
})
