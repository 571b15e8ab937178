import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

const WIDTH = 13
const COLOURS = [36, 35, 33, 32, 34, 96, 95, 93]

export type Say = {
  line(name: string, text: string): void
  output(name: string, child: ChildProcess): void
  plain(text: string): void
}

const INFO = 30

/** What a person at a terminal wants to see of a server: not its records of what went well, which are for machines. */
export function isForPeople(text: string): boolean {
  if (!text.startsWith('{"level":')) return true
  return Number(/^\{"level":(\d+)/.exec(text)?.[1]) > INFO
}

/** Every line with the name of who says it; colours, and no records of what went well, where a person is looking. */
export function speaker(write: (text: string) => void, coloured: boolean): Say {
  const names: string[] = []
  const prefix = (name: string) => {
    if (!names.includes(name)) names.push(name)
    const label = `${name.padEnd(WIDTH)}│`
    return coloured ? `\u001b[${COLOURS[names.indexOf(name) % COLOURS.length]}m${label}\u001b[0m` : label
  }
  const line = (name: string, text: string) => write(`${prefix(name)} ${text}\n`)
  return {
    line,
    plain: (text) => write(`${text}\n`),
    output: (name, child) => {
      for (const input of [child.stdout, child.stderr]) {
        if (!input) continue
        createInterface({ input }).on('line', (text) => {
          if (text.trim() && (!coloured || isForPeople(text))) line(name, text)
        })
      }
    },
  }
}
