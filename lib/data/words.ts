import type { TrailEvent } from '@/lib/domain/events'

/** What people may find an event by, beside names and free text. */
export type EventWords = {
  /** Texts that the database takes apart. */
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
    const items = value as Readonly<Record<string, unknown>>
    for (const name of Object.keys(items)) if (name !== DIGEST) addTexts(items[name], found)
  }
}

const SCHEME = /^(?:[a-z][a-z0-9+.-]*:\/\/)?\/*/
// A lexeme has at most 2,046 bytes.
const BEGINNING = /^.{0,250}/su
const isShort = ({ length }: string) => length <= 250

/** A word as it stands in the index and is looked up there: an address without its scheme. Empty when nothing is left. */
export function lexemeOf(word: string): string {
  const lower = word.toLowerCase()
  const rest = lower.includes('/') ? lower.replace(SCHEME, '') : lower
  return isShort(rest) ? rest : (BEGINNING.exec(rest)?.[0] ?? '')
}

// Names, actions and addresses. Anything else in a word has the database take it apart.
const ONE_WORD = /^[\p{L}\p{N}_.:/@+~-]+$/u
// The same of ASCII, which most are.
const PLAIN_WORD = /^[\w.:/@+~-]+$/
const isOneWord = (text: string) => PLAIN_WORD.test(text) || ONE_WORD.test(text)
// An id, a thumbprint and a digest are found by their beginning only.
const OPAQUE = /^([A-Z]-[0-9A-Z]+|[\w-]{43}|[0-9a-f]{64})$/
const MOST_ENDS = 8

/** What stands behind each boundary, so that a name is found by its middle too: "may-read" and "read" of "tasks-may-read". */
function endsOf(lexeme: string): string[] {
  const ends: string[] = []
  const boundary = /[/:_-]+/g
  while (ends.length < MOST_ENDS && boundary.test(lexeme)) ends.push(lexeme.slice(boundary.lastIndex))
  return ends
}

/** The ids of an event and the texts of its data, once each. */
export function wordsOf(event: TrailEvent): EventWords {
  const { type, outcome, requestId, grantId, credentialId, decisionIds, policyIds, data } = event
  const texts = new Set<string>([type, outcome])
  addTexts([requestId, grantId, credentialId, decisionIds, policyIds, data], texts)
  const [words, lexemes]: [string[], Set<string>] = [[], new Set()]
  for (const text of texts) {
    if (isOneWord(text)) {
      const lexeme = lexemeOf(text)
      for (const one of OPAQUE.test(text) ? [lexeme] : [lexeme, ...endsOf(lexeme)]) lexemes.add(one)
    } else words.push(text)
  }
  lexemes.delete('')
  return { words: words.join(' '), lexemes: [...lexemes] }
}
