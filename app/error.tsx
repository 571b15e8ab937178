'use client'

import { PageFault } from '@/components/shell/page-fault'
import { PlainShell } from '@/components/shell/plain-shell'

type Props = { error: Error & { digest?: string }; reset: () => void }

/** For what fails outside the console's own frame. */
export default function PageError({ error, reset }: Props) {
  return (
    <PlainShell>
      <PageFault reference={error.digest} onRetry={reset} />
    </PlainShell>
  )
}
