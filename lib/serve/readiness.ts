import { isDraining } from './draining'

type Missing = { part: string; says: string }

/** What `GET /readyz` says: ready, or which part is missing and that in words. Nothing here is a secret. */
export type ReadinessAnswer = {
  status: 200 | 503
  body: { status: 'ready' | 'not ready'; missing?: readonly Missing[] }
}

const LEAVING = { part: 'process', says: 'This process is about to end.' }

/** A process that is about to end says so at once and looks at nothing. */
export async function readinessAnswer(look: () => Promise<readonly Missing[]>): Promise<ReadinessAnswer> {
  const missing = isDraining() ? [LEAVING] : await look()
  if (missing.length === 0) return { status: 200, body: { status: 'ready' } }
  return { status: 503, body: { status: 'not ready', missing } }
}
