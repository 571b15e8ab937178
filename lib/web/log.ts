import { openLog } from '@/lib/serve/log'
import { plain } from '@/lib/serve/plain'
import { currentReference } from '@/lib/serve/reference'

const log = openLog('console')

/** Writes down what failed while a request was answered. */
export const logFault = (fault: unknown): void => log.fault('fault', fault, { reference: currentReference() })

/** Writes down what a library wants to be known. */
export const logOutput = (text: string): void =>
  log.note('warn', 'output', { text: plain(text), reference: currentReference() })
