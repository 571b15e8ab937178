import { counted } from './counted'
import type { Tone } from './status'

/** What a key set comes to: the keys that can be used, how many others it holds, or what is wrong with it. */
export type FoundKeys =
  | { ok: true; keys: readonly { kid?: string }[]; unused: number }
  | { ok: false; problem: string }

/** How an issuer answered when it was last asked for its keys, and whether another answer is on its way. */
export type IssuerAnswer =
  | { kind: 'pasted'; found: FoundKeys }
  | { kind: 'asking' }
  | { kind: 'asked'; found: FoundKeys; at: Date; isAsking: boolean }

export const isOnItsWay = (answer: IssuerAnswer): boolean =>
  answer.kind === 'asking' || (answer.kind === 'asked' && answer.isAsking)

const MOST_NAMED = 8

function namesOf(keys: readonly { kid?: string }[]): string {
  const names = keys.slice(0, MOST_NAMED).map(({ kid }) => kid ?? 'without a name')
  const more = keys.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}

type Usable = Extract<FoundKeys, { ok: true }>

/** "2 usable keys", "1 usable key of 3" */
const usable = ({ keys, unused }: Usable) =>
  unused > 0
    ? `${counted(keys.length, 'usable key')} of ${keys.length + unused}`
    : counted(keys.length, 'usable key')

/** What came of asking, in a sentence. */
export const foundWords = (found: FoundKeys): string =>
  found.ok
    ? `It answers with ${usable(found)}: ${namesOf(found.keys)}.`
    : `It gives no usable keys. ${found.problem}`

const PUT_RIGHT =
  'Keys it gave before are believed for an hour at most, then its agents are refused. Put it right there, or paste its keys with “Change”.'

/** The state of an issuer: one tone, a few words, and a sentence that says more or what to do. */
export function answerState(answer: IssuerAnswer): { tone: Tone; label: string; says: string } {
  if (answer.kind === 'asking') return { tone: 'neutral', label: 'Being asked', says: '' }
  const { kind, found } = answer
  if (kind === 'pasted')
    return found.ok
      ? { tone: 'good', label: usable(found), says: 'Pasted: it is asked for no others.' }
      : { tone: 'bad', label: 'No usable keys', says: `${found.problem} Paste others with “Change”.` }
  return found.ok
    ? { tone: 'good', label: usable(found), says: namesOf(found.keys) }
    : { tone: 'bad', label: 'Gives no usable keys', says: `${found.problem} ${PUT_RIGHT}` }
}
