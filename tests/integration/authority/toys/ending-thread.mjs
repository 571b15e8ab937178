// A thread that ends over the first proof it is sent, `ending` as if all were well, and else with a fault.
import { parentPort } from 'node:worker_threads'

parentPort?.on('message', ({ asked: [{ dpop }] }) => {
  if (dpop[0] === 'ending') process.exit(0)
  throw new Error('broken')
})
