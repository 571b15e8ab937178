import pino from 'pino'
import { faultFields } from './fault-fields'
import type { Plain } from './plain'
import type { Reference } from './reference'

export type Service = 'console' | 'authority' | 'database'

/** Figures, switches, and text that `plain` or a closed list made: a header, a body or a token fits nowhere. */
export type Fields = Readonly<Record<string, number | boolean | Plain | Reference | undefined>>

/** Everything a log tells of. */
type Happening =
  | 'listening'
  | 'request'
  | 'fault'
  | 'sweep'
  | 'sealed anew'
  | 'bundles'
  | 'notices'
  | 'rates'
  | 'output'
  | 'draining'
  | 'drained'
  | 'not ready'
  | 'process ended'
  | 'stopped working'
  | 'did not start'

type Level = 'info' | 'warn' | 'error'

export type Log = {
  note: (level: Level, what: Happening, fields?: Fields) => void
  fault: (what: Happening, error: unknown, fields?: Fields) => void
}

/** Lines of one turn of the event loop leave in one write: many requests are answered by one commit. */
function together(to: ReturnType<typeof pino.destination>): pino.DestinationStream {
  let lines = ''
  const leave = () => {
    const leaving = lines
    lines = ''
    if (leaving !== '') to.write(leaving)
  }
  // What pino writes is under way when a process ends: its own end came before these lines.
  process.on('exit', () => {
    leave()
    to.flushSync()
  })
  return {
    write: (line) => {
      if (lines === '') setImmediate(leave)
      lines += line
    },
  }
}

const standardOutput = () => together(pino.destination({ dest: 1, sync: true }))

/** One JSON line for each thing that happens, on standard output unless told otherwise. */
export function openLog(service: Service, to: pino.DestinationStream = standardOutput()): Log {
  const logger = pino({ base: { service, pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, to)
  return {
    note: (level, what, fields = {}) => logger[level](fields, what),
    fault: (what, error, fields = {}) => logger.error({ ...fields, ...faultFields(error) }, what),
  }
}
