import Form from 'next/form'
import { Button } from '@/components/ui/button'
import { decisionsByAsk } from './decision-rules'
import type { RequestView } from './request-view'
import { listed } from './words'

type Refused = Pick<RequestView, 'request' | 'decisions' | 'status'>

/** What policy refused, when it was filed or when the last signature was given. */
function refusedOf({ request, decisions, status }: Refused) {
  if (status !== 'refused') return []
  const { filed, closed } = decisionsByAsk(decisions, request.decisionIds)
  return [...filed, ...closed].filter(({ verdict }) => verdict === 'refused')
}

/** Whether policy refused every scope. Its time, its agent or where it was to run may be the reason as well. */
export const leavesNothing = (view: Refused) => {
  const refused = new Set(refusedOf(view).map(({ scopeId }) => scopeId))
  return refused.size > 0 && view.request.scopes.every(({ id }) => refused.has(id))
}

/** A refused request is filed again without what policy refuses; when that is all of it, to be changed. */
export function FileAgain({ view }: { view: RequestView }) {
  const { request, status } = view
  const isAll = leavesNothing(view)
  const without = isAll ? [] : refusedOf(view)
  return (
    <Form action="/requests/new" className="stack">
      <input type="hidden" name="from" value={request.id} />
      {without.map(({ scopeId }) =>
        scopeId ? <input key={scopeId} type="hidden" name="without" value={scopeId} /> : null,
      )}
      {without.length > 0 ? (
        <p className="note">
          Filing again leaves out {listed([...new Set(without.map(({ action }) => action))])}.
        </p>
      ) : null}
      {isAll ? (
        <p className="note">
          Filing again brings all of it back, for you to change. Its policy preview says what is refused.
        </p>
      ) : null}
      <Button type="submit" variant={status === 'live' || status === 'awaiting' ? 'plain' : 'primary'}>
        File again
      </Button>
    </Form>
  )
}
