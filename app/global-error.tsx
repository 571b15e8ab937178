'use client'

import { PageFault } from '@/components/shell/page-fault'
import { fonts } from './fonts'
import './globals.css'

type Props = { error: Error & { digest?: string }; reset: () => void }

/** Stands in for the root layout when that is what failed. */
export default function GlobalError({ error, reset }: Props) {
  return (
    <html lang="en" className={fonts}>
      <body>
        <title>This page did not load · Countersign</title>
        <main id="main">
          <PageFault reference={error.digest} onRetry={reset} />
        </main>
      </body>
    </html>
  )
}
