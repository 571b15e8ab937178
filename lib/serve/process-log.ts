import { format } from 'node:util'
import type { Log } from './log'
import { plain } from './plain'
import { currentReference } from './reference'

/**
 * Everything a process would print by itself goes into its log, so that every line of its output is one JSON object:
 * what libraries say on the console, warnings, and faults nobody caught. After an exception it ends; a promise that nobody
 * awaited answered nobody either, and takes no neighbour along.
 */
export function logWholeProcess(log: Log): void {
  const printer =
    (level: 'info' | 'warn' | 'error') =>
    (...said: unknown[]) => {
      const fault = said.find((one) => one instanceof Error)
      if (fault) return log.fault('fault', fault, { reference: currentReference() })
      log.note(level, 'output', { text: plain(format(...said)), reference: currentReference() })
    }
  console.log = printer('info')
  console.info = printer('info')
  console.debug = () => {}
  console.warn = printer('warn')
  console.error = printer('error')
  process.removeAllListeners('warning')
  process.on('warning', (warning) => log.note('warn', 'output', { text: plain(warning.message) }))
  process.on('unhandledRejection', (fault) => log.fault('fault', fault, { reference: currentReference() }))
  process.on('uncaughtException', (fault) => {
    log.fault('stopped working', fault)
    process.exit(1)
  })
}
