import { Part } from '@/components/ui/part'
import { Clock } from '@/components/ui/time'
import { Untrusted } from '@/components/ui/untrusted'
import type { FormAction } from '@/components/ui/use-act'
import { visibleParts } from '@/lib/domain/clean-text'
import { AddComment } from './add-comment'
import type { RequestView } from './request-view'

/** What people say to each other about a request. Words nobody checked, and not part of what is signed. */
export function CommentsPart({ view, add }: { view: RequestView; add: FormAction<unknown> }) {
  const { request, comments, abilities } = view
  return (
    <Part
      title="Comments"
      aside="Not checked by anyone. Not part of what an approver signs."
      className="stack"
    >
      {comments.length === 0 ? <p className="muted">Nobody has commented.</p> : null}
      {comments.map(({ id, personName, written, text }) => (
        <Untrusted
          key={id}
          label={`Comment of ${personName}`}
          header={
            <>
              Written by {personName}, <Clock at={written} zone />
            </>
          }
          segments={visibleParts(text)}
        />
      ))}
      {abilities.comment ? <AddComment requestId={request.id} action={add} /> : null}
    </Part>
  )
}
