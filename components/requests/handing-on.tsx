import { Fact } from '@/components/ui/facts'
import { Moment } from '@/components/ui/time'
import { handedOnTo, handingOnRule, signedFor } from './handing-on-words'
import type { RequestView } from './request-view'

/** Whether other agents have part of this access, until when, and what may still be handed on. */
export function HandingOn({ view }: { view: RequestView }) {
  const handed = handedOnTo(view)
  return (
    <Fact label="Handing on" wide>
      {handed ? (
        <>
          {handed.words} <Moment at={handed.until} />.
        </>
      ) : null}{' '}
      {handingOnRule(view)}
      {signedFor(view).map(({ id, identity }) => (
        <code key={id} className="block">
          {identity}
        </code>
      ))}
    </Fact>
  )
}
