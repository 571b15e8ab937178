import { Skeleton, SkeletonTable } from '@/components/ui/skeleton'
import type { Column } from '@/components/ui/table'

type Props = { title: string; columns: readonly Column[]; rows?: number }

/** For a page's loading.tsx: its title, then its table at the final height with still bars. */
export function PageLoading({ title, columns, rows = 6 }: Props) {
  return (
    <div className="wrap">
      <header className="page-head">
        <h1>{title}</h1>
        <p className="flex h-5 items-center">
          <Skeleton width={320} />
        </p>
      </header>
      <SkeletonTable caption={`Loading ${title}`} columns={columns} rows={rows} />
    </div>
  )
}
