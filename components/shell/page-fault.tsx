'use client'

import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'

type Props = { reference: string | undefined; onRetry: () => void }

/** What did not answer, that nothing was changed, "Try again", a reference. */
export function PageFault({ reference, onRetry }: Props) {
  return (
    <div className="wrap fault">
      <h1>This page did not load</h1>
      <Callout tone="bad" title="The console did not answer." role="alert">
        Nothing was changed.{' '}
        {reference ? (
          <span className="note">
            Reference <code>{reference}</code>
          </span>
        ) : null}
        <p className="mt-2">
          <Button small onClick={onRetry}>
            Try again
          </Button>
        </p>
      </Callout>
    </div>
  )
}
