import { isRecord } from './folder'
import { notCovered, type Presented, type Refusal } from './refusal'

/**
 * What a token allows: its scope names the action, and one item of its authorization_details (RFC 9396)
 * names this server's type, the action and exactly this resource. Compared whole, never as a pattern.
 */
export function refuses(
  token: Presented,
  { type, action, location }: { type: string; action: string; location: string },
): Refusal | undefined {
  const inScope = token.scope.split(' ').includes(action)
  const details = Array.isArray(token.details) ? token.details : []
  const listed = details.some(
    (item) =>
      isRecord(item) && item.type === type && has(item.actions, action) && has(item.locations, location),
  )
  return inScope && listed ? undefined : notCovered(action, location)
}

function has(list: unknown, value: string): boolean {
  return Array.isArray(list) && list.includes(value)
}
