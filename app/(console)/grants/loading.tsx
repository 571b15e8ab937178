import { PageLoading } from '@/components/shell/page-loading'

const COLUMNS = [
  { label: 'Grant' },
  { label: 'Agent' },
  { label: 'Acts for' },
  { label: 'Time left' },
  { label: 'Last use' },
] as const

export default function Loading() {
  return <PageLoading title="Live grants" columns={COLUMNS} />
}
