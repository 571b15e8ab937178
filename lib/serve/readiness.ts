import { isDraining } from './draining'

/** What `GET /readyz` says: ready, or which part is missing and that in words. Nothing here is a secret. */
export type ReadinessAnswer = {
  status: 200 | 503
  body: { status: 'ready' | 'not ready'; missing?: readonly { part: string; says: string }[] }
}

const LEAVING = { part: 'process', says: 'This process is about to end.' }

export function readinessAnswer(missing: readonly { part: string; says: string }[]): ReadinessAnswer {
  const all = isDraining() ? [LEAVING, ...missing] : missing
  if (all.length === 0) return { status: 200, body: { status: 'ready' } }
  return { status: 503, body: { status: 'not ready', missing: all } }
}
