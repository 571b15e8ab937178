'use client'

import { PageFault } from '@/components/shell/page-fault'

type Props = { error: Error & { digest?: string }; reset: () => void }

export default function ConsoleError({ error, reset }: Props) {
  return <PageFault reference={error.digest} onRetry={reset} />
}
