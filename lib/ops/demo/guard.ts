import type { Context } from 'hono'
import type { AskDecision } from './ask-decision'
import type { CallBook } from './calls'
import { refuses } from './permit'
import type { Call } from './proof'
import { answerRefusal, type Checked, type Presented, type Refusal } from './refusal'

export type Check = (call: Call) => Promise<Checked>
export type Guard = (
  c: Context,
  asked: { action: string; path: string },
  serve: () => Response | Promise<Response>,
) => Promise<Response>

/** Puts the check before an endpoint and writes into the book what became of the call. */
export function createGuard(options: {
  identifier: string
  type: string
  check: Check
  /** Of a server that asks for a decision before it answers. */
  ask?: AskDecision | undefined
  book: CallBook
}): Guard {
  const { identifier, type, check, ask, book } = options
  return async (c, { action, path }, serve) => {
    const { pathname } = new URL(c.req.url)
    const method = c.req.method
    const note = (status: number, outcome: 'allowed' | 'refused', why: string, token?: Presented) =>
      book.record({
        at: new Date().toISOString(),
        method,
        path: pathname.slice(0, 200),
        outcome,
        status,
        why,
        ...(token ? { agent: token.agent.slice(0, 200) } : {}),
        ...(token?.grantId ? { grant_id: token.grantId.slice(0, 100) } : {}),
      })
    const refuse = (refusal: Refusal, token?: Presented) => {
      note(refusal.status, 'refused', refusal.why, token)
      return answerRefusal(refusal)
    }
    // The URL is ours, not what the Host header says: a proof for another host does not fit.
    const call = { method, url: `${identifier}${pathname}`, headers: c.req.raw.headers }
    const checked = await check(call)
    if ('refusal' in checked) return refuse(checked.refusal)
    const location = `${identifier}${path}`
    const refusal =
      refuses(checked.token, { type, action, location }) ?? (await ask?.(checked.token, { action, location }))
    if (refusal) return refuse(refusal, checked.token)
    const response = await serve()
    response.headers.set('Cache-Control', 'no-store')
    note(response.status, 'allowed', `The token lists ${action} on this resource.`, checked.token)
    return response
  }
}
