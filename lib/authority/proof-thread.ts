import { parentPort } from 'node:worker_threads'
import { readDpopProof } from '@/lib/identity/dpop'
import { isSignedBy } from '@/lib/identity/public-jwk'
import type { Asked, Sent, Told } from './proofs-beside'

const answerTo = (asked: Asked): Promise<Told['answers'][number]> =>
  'dpop' in asked ? readDpopProof(asked.dpop) : isSignedBy(asked.text, asked.jwk, asked.algorithm)

// The other side of `proofsBeside`: what comes in one message is answered in one, each at its place.
parentPort?.on('message', async ({ id, asked }: Sent) => {
  const answers = await Promise.all(asked.map(answerTo))
  parentPort?.postMessage({ id, answers } satisfies Told)
})
