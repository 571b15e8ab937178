import type { Metadata } from 'next'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'

export const metadata: Metadata = { title: 'Nothing here' }

/** The same words for what is not there and for what is not yours. */
export default function NotFound() {
  return (
    <div className="wrap">
      <PageHead title="Nothing here">
        This page does not exist, or it is not yours to see. Both look the same from here.
      </PageHead>
      <p>
        <LinkButton href="/">Go to Home</LinkButton>
      </p>
    </div>
  )
}
