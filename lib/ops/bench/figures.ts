/** The smallest value that at least this share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export type Line = { what: string; figure: string; goal: string; holds: boolean; ratio?: string }

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`

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

/** A table for a terminal and for Markdown alike. */
export function tableOf(lines: readonly Line[]): string {
  const rows = [
    ['what', 'measured', 'goal', 'ratio', ''],
    ...lines.map(({ what, figure, goal, ratio = '', holds }) => [
      what,
      figure,
      goal,
      ratio,
      holds ? 'holds' : 'MISSED',
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const print = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`
  const [head = [], ...body] = rows
  return [print(head), print(widths.map((width) => '-'.repeat(width))), ...body.map(print)].join('\n')
}
