import type { CSSProperties } from 'react'

export const SENSITIVITY_WORDS = { 1: 'Low', 2: 'Medium', 3: 'High' } as const

/** Weight, not colour: one, two or three filled bars and the word. */
export function Sensitivity({ level }: { level: 1 | 2 | 3 }) {
  return (
    <span className="sens" data-level={level} style={{ '--n': level } as CSSProperties}>
      <i aria-hidden="true" />
      {SENSITIVITY_WORDS[level]}
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
