import { Callout } from '@/components/ui/callout'
import { Part } from '@/components/ui/part'
import { shortDigest } from '@/components/ui/short-digest'
import { Clock, Moment } from '@/components/ui/time'
import { Untrusted } from '@/components/ui/untrusted'
import type { FormAction } from '@/components/ui/use-act'
import type { BreakGlass } from '@/lib/domain/break-glass'
import { visibleParts } from '@/lib/domain/clean-text'
import type { ToSign } from '../approvals/use-signing'
import { ReviewDialog } from './review-dialog'

export type ReviewActions = { prepare: FormAction<ToSign>; sign: FormAction<{ id: string }> }

type Props = {
  use: BreakGlass
  requester: string
  /** Whether the person who looks may sign the review. */
  mayReview: boolean
  actions: ReviewActions
}

/** That nobody countersigned this, and who has looked at it since. */
export function ReviewPart({ use, requester, mayReview, actions }: Props) {
  const { requestId, signed, digest, review } = use
  return (
    <Part
      title="Break-glass review"
      aside="Break-glass: past the countersigners, reviewed afterwards."
      className="stack"
    >
      <p>
        {requester} broke glass at <Clock at={signed} zone /> and signed for it with a passkey, digest{' '}
        <code title={digest}>{shortDigest(digest)}</code>.
      </p>
      {review ? (
        <>
          <p>
            Reviewed by {review.byName}, <Moment at={review.at} />.
          </p>
          <Untrusted
            header={`Note of the review, written by ${review.byName}`}
            label="Note of the review"
            segments={visibleParts(review.note)}
          />
        </>
      ) : (
        <Callout tone="bad" title="Nobody has reviewed this yet.">
          Until somebody else has, {requester} cannot break glass again.
        </Callout>
      )}
      {!review && mayReview ? (
        <div>
          <ReviewDialog requestId={requestId} actions={actions} />
        </div>
      ) : null}
    </Part>
  )
}
