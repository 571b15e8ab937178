import type { CSSProperties } from 'react'

const WORDS = { 1: 'Low', 2: 'Medium', 3: 'High' } as const

/** Weight, not colour: one, two or three filled bars and the word. */
export function Sensitivity({ level }: { level: 1 | 2 | 3 }) {
  return (
    <span className="sens" data-level={level} style={{ '--n': level } as CSSProperties}>
      <i aria-hidden="true" />
      {WORDS[level]}
    </span>
  )
}

/** One box for each who has to answer: empty, half (has heard), full (has done it). Words stand beside it. */
export function Receipts({ states }: { states: readonly ('asked' | 'delivered' | 'confirmed')[] }) {
  return (
    <span className="receipts" aria-hidden="true">
      {states.map((state, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: boxes are drawn by position
        <i key={index} className={state === 'asked' ? undefined : state} />
      ))}
    </span>
  )
}

type StrokesProps = { signed: number; open?: number | undefined; cut?: boolean | undefined }

/** The signature line, small: one stroke each. Words stand beside it. */
export function Strokes({ signed, open = 0, cut }: StrokesProps) {
  const strokes = [...Array<string>(signed).fill(''), ...Array<string>(open).fill('open')]
  return (
    <span className={cut ? 'strokes cut' : 'strokes'} aria-hidden="true">
      {strokes.map((name, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: strokes are drawn by position
        <i key={index} className={name || undefined} />
      ))}
    </span>
  )
}
