// Reads proofs on another thread: `read-proofs.ts <thread>`. What it is sent as JSON it answers as JSON. Each goes over in
// a turn of its own, so that several messages are under way at once.
import { pathToFileURL } from 'node:url'
import { type Asked, proofsBeside } from '@/lib/authority/proofs-beside'

const { readProof, isSigned } = proofsBeside(pathToFileURL(process.argv[2] ?? ''))
const read = (asked: Asked) =>
  'dpop' in asked ? readProof(asked.dpop) : isSigned(asked.text, asked.jwk, asked.algorithm)

process.on('message', async (sent: readonly Asked[]) => {
  const answers = []
  for (const one of sent) {
    answers.push(read(one))
    await new Promise(setImmediate)
  }
  process.send?.(await Promise.all(answers))
})
