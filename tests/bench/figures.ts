/** The smallest value that at least this share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export type Line = {
  what: string
  figure: string
  /** Least and most over the rounds. */
  spread?: string
  ratio?: string
  goal?: string
  /** Absent where there is no goal. */
  holds?: boolean
}

/** What one part of the benchmark found, and under which conditions. */
export type Measured = { title: string; conditions: readonly string[]; lines: readonly Line[] }

const plain = (value: number): string =>
  value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : value.toFixed(0)

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`
export const perSecond = (value: number): string => `${value.toFixed(0)}/s`
export const times = (value: number): string => `${value.toFixed(2)} ×`

/** Least and most of the rounds, in the words of the figure beside it. */
export const spreadOf = (values: readonly number[], say: (value: number) => string = plain): string =>
  `${say(Math.min(...values))} to ${say(Math.max(...values))}`

/** Runs something this many times, one after the other, and returns what each took in milliseconds. */
export async function timed(rounds: number, run: (round: number) => unknown): Promise<number[]> {
  const took: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await run(round)
    took.push(performance.now() - start)
  }
  return took
}

const HEAD = ['what', 'measured', 'least to most', 'ratio', 'goal', '']

const verdictOf = ({ holds }: Line) => (holds === undefined ? '' : holds ? 'holds' : 'MISSED')

/** A table for a terminal and for Markdown alike. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map((line) => {
    const { what, figure, spread = '', ratio = '', goal = '' } = line
    return [what, figure, spread, ratio, goal, verdictOf(line)]
  })
  const widths = HEAD.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const print = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  return [print(HEAD), print(widths.map((width) => '-'.repeat(width))), ...rows.map(print)].join('\n')
}
