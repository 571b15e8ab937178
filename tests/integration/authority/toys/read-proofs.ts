// Reads proofs on another thread: `read-proofs.ts <thread>`. What it is sent as JSON it answers as JSON.
import { pathToFileURL } from 'node:url'
import { type Asked, proofsBeside } from '@/lib/authority/proofs-beside'

const { readProof, isSigned } = proofsBeside(pathToFileURL(process.argv[2] ?? ''))
const read = (asked: Asked) =>
  'dpop' in asked ? readProof(asked.dpop) : isSigned(asked.text, asked.jwk, asked.algorithm)

process.on('message', async (sent: readonly Asked[]) => {
  process.send?.(await Promise.all(sent.map(read)))
})
