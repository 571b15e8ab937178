import { Link } from '@/components/ui/link'
import type { AskLine } from './request-rows'

/** Two lines: who asks for what, which leads to the request, and its id. */
export function AskLink({ line: { id, ask, actions } }: { line: AskLine }) {
  return (
    <>
      <Link className="ask" href={`/requests/${id}`}>
        {ask}
      </Link>
      <span className="ask-what">
        <code>{id}</code> {actions}
      </span>
    </>
  )
}
