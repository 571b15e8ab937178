import type { TrailEvent } from '@/lib/domain/events'

// Nobody searches for a moment by its text, nor for the digest of what policy was asked: each is an entry of the index.
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/
const DIGEST = 'input'

function addTexts(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    if (!TIME.test(value)) found.add(value)
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) if (name !== DIGEST) addTexts(item, found)
  }
}

/** What people may find an event by, beside names and free text: its ids and the texts of its data, once each. */
export function wordsOf(event: TrailEvent): string[] {
  const { type, outcome, requestId, grantId, credentialId, decisionIds, policyIds, data } = event
  const found = new Set<string>([type, outcome])
  addTexts([requestId, grantId, credentialId, decisionIds, policyIds, data], found)
  return [...found]
}
