import type { TrailEvent } from '@/lib/domain/events'

/** What people may find an event by, beside names and free text. */
export type EventWords = {
  /** Texts of several words, which the database takes apart. */
  words: string
  /** Lexemes as they stand in the index: taking apart what is one word costs more than writing the event down. */
  lexemes: string[]
}

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

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//
// A lexeme has at most 2,046 bytes.
const BEGINNING = /^.{0,250}/su

/** A word as it stands in the index and is looked up there: an address without its scheme. Empty when nothing is left. */
export const lexemeOf = (word: string): string =>
  BEGINNING.exec(word.toLowerCase().replace(SCHEME, ''))?.[0] ?? ''

const ID = /^[A-Z]-[0-9A-Z]+$/
const LONGEST_NAME = 40

/** The parts that names, actions and addresses are made of, after the first: that one begins the whole. */
function partsOf(lexeme: string): string[] {
  const parts = lexeme.includes('/')
    ? lexeme.split('/')
    : lexeme.length <= LONGEST_NAME
      ? lexeme.split(/[:-]/)
      : []
  return parts.slice(1).filter((part) => part !== '')
}

/** The ids of an event and the texts of its data, once each. */
export function wordsOf(event: TrailEvent): EventWords {
  const { type, outcome, requestId, grantId, credentialId, decisionIds, policyIds, data } = event
  const texts = new Set<string>([type, outcome])
  addTexts([requestId, grantId, credentialId, decisionIds, policyIds, data], texts)
  const [words, lexemes]: [string[], Set<string>] = [[], new Set()]
  for (const text of texts) {
    if (/\s/.test(text)) words.push(text)
    else {
      const lexeme = lexemeOf(text)
      lexemes.add(lexeme)
      if (!ID.test(text)) for (const part of partsOf(lexeme)) lexemes.add(part)
    }
  }
  lexemes.delete('')
  return { words: words.join(' '), lexemes: [...lexemes] }
}
