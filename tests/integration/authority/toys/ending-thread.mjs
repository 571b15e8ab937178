// A thread that ends over the first proof it is sent, `ending` as if all were well, and else with a fault.
import { parentPort } from 'node:worker_threads'

parentPort?.on(
  'message',
  ([
    {
      dpop: [proof],
    },
  ]) => {
    if (proof === 'ending') process.exit(0)
    throw new Error('broken')
  },
)
