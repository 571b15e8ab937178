import { type Measured, tableOf } from './figures'

/** When, where and how something was measured: each part keeps its own, since parts are measured apart. */
export type Run = { command: string; machine: string; note: string }

const HEAD = `# Benchmarks

Written by \`npm run bench -- --write\`, part by part: what a run did not measure stays as an earlier one left it. Every figure was checked for correctness in the same run: a wrong answer ends it. Absolute figures belong to their machine; ratios compare what ran in turn.`

/** A part as a terminal shows it. */
export const textOf = ({ title, conditions, lines }: Measured): string =>
  [`## ${title}`, ...conditions, tableOf(lines)].join('\n\n')

const runOf = ({ command, machine, note }: Run) =>
  `Measured by \`${command}\` on ${machine}.${note ? ` ${note}` : ''}`

const titleOf = (section: string) => section.slice(0, section.indexOf('\n'))

/** The document is what was printed, so that they cannot differ: new parts in the place of their older selves. */
export function documentOf(found: readonly Measured[], run: Run, before: string): string {
  const [, ...sections] = before.split(/^## /m)
  const parts = new Map(sections.map((section) => [titleOf(section), `## ${section.trim()}`]))
  for (const part of found)
    parts.set(part.title, textOf({ ...part, conditions: [runOf(run), ...part.conditions] }))
  return `${[HEAD, ...parts.values()].join('\n\n')}\n`
}
