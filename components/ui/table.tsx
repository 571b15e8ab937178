import type { ComponentProps, ReactNode } from 'react'

export type Column = {
  label: string
  /** The heading is for assistive technology only: a column of buttons, of boxes to tick. */
  hidden?: boolean | undefined
  number?: boolean | undefined
  className?: string | undefined
}

type Props = {
  /** The table's name. */
  caption: string
  columns: readonly Column[]
  className?: string | undefined
  busy?: boolean | undefined
  children: ReactNode
}

/** Rows are `<tr>` of `<Cell>`; below 768 px each row becomes a block and `label` stands before its value. */
export function Table({ caption, columns, className, busy, children }: Props) {
  return (
    <table className={className} aria-busy={busy ? true : undefined}>
      <caption className="vh">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ label, hidden, number, className }) => (
            <th
              key={label}
              scope="col"
              className={[number && 'num', className].filter(Boolean).join(' ') || undefined}
            >
              {hidden ? <span className="vh">{label}</span> : label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

type CellProps = ComponentProps<'td'> & { label?: string | undefined; number?: boolean | undefined }

export function Cell({ label, number, className, ...rest }: CellProps) {
  return (
    <td
      {...rest}
      data-l={label}
      className={[number && 'num', className].filter(Boolean).join(' ') || undefined}
    />
  )
}
