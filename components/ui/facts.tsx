import type { ReactNode } from 'react'

/** A definition list that flows in columns. */
export function Facts({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return <dl className={`facts${className ? ` ${className}` : ''}`}>{children}</dl>
}

type Props = { label: ReactNode; wide?: boolean | undefined; children: ReactNode }

export function Fact({ label, wide, children }: Props) {
  return (
    <div className={wide ? 'wide' : undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
