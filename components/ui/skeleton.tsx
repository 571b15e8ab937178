import { type Column, Table } from './table'

const WIDTHS = [180, 96, 64, 120] as const

export function Skeleton({ width }: { width: number }) {
  return <span className="skeleton" style={{ width: `min(100%, ${width}px)` }} />
}

/** A table at its final height with still bars in place of values. */
export function SkeletonTable({
  caption,
  columns,
  rows = 5,
}: {
  caption: string
  columns: readonly Column[]
  rows?: number
}) {
  return (
    <Table caption={caption} columns={columns} busy>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: still bars have no identity
        <tr key={row}>
          {columns.map(({ label }, column) => (
            <td key={label} data-l={label}>
              <Skeleton width={(WIDTHS[column % WIDTHS.length] ?? 96) - (row % 3) * 16} />
            </td>
          ))}
        </tr>
      ))}
    </Table>
  )
}
