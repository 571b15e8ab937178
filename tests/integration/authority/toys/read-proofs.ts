// Reads proofs on another thread: `read-proofs.ts <thread>`. What it is sent as JSON it answers as JSON.
import { pathToFileURL } from 'node:url'
import { proofsBeside } from '@/lib/authority/proofs-beside'

const read = proofsBeside(pathToFileURL(process.argv[2] ?? ''))
process.on('message', async (sent: readonly (readonly string[])[]) => {
  process.send?.(await Promise.all(sent.map(read)))
})
