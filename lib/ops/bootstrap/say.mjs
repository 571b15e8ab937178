// Progress a person can follow: one line per step, with its time. Nothing moves where nobody looks.
const TICK_MS = 500
const isTerminal = process.stdout.isTTY === true
const paint = (code, text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text)
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** A step that could not be done, with what it printed. */
export class StepFailed extends Error {
  constructor(what, output) {
    super(what)
    this.output = output
  }
}

export function title(text) {
  console.log(`\n  ${paint(1, text)}\n`)
}

/** Shows a step while it runs. `what` is its name, `doing` says it in a few words. */
export async function step(what, doing, work) {
  const since = Date.now()
  const label = what.padEnd(18)
  const show = () => process.stdout.write(`\r  ${paint(33, '·')} ${label}${doing}, ${seconds(since)} `)
  if (!isTerminal) console.log(`  · ${label}${doing}`)
  const ticking = isTerminal ? setInterval(show, TICK_MS) : undefined
  if (isTerminal) show()
  try {
    await work()
  } finally {
    clearInterval(ticking)
    if (isTerminal) process.stdout.write('\r\u001b[K')
  }
  console.log(`  ${paint(32, '✓')} ${label}${paint(2, `done in ${seconds(since)}`)}`)
}

export function unchanged(what) {
  console.log(`  ${paint(32, '✓')} ${what.padEnd(18)}${paint(2, 'unchanged')}`)
}

export function failed(error) {
  if (error instanceof StepFailed) {
    console.error(`\n${error.output.trimEnd()}\n`)
    console.error(`  ${paint(31, '✗')} ${error.message}. What it printed is above. Nothing was started.`)
    return
  }
  console.error(`\n  ${paint(31, '✗')} ${error instanceof Error ? error.message : error}`)
}
