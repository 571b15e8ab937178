'use client'

import { PageFault } from '@/components/shell/page-fault'

export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string }
  reset: () => void
}) {
  return <PageFault reference={error.digest} onRetry={reset} />
}
