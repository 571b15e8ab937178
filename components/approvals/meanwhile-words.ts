import { relativeTo } from '@/components/ui/time-words'
import type { Meanwhile } from '@/lib/domain/meanwhile'

const VERBS = { approved: 'approved', granted: 'approved', denied: 'denied' } as const
const AFTER = {
  approved: 'It waits for others now.',
  granted: 'It is live.',
  denied: 'Nothing was given.',
} as const

/** "Second approver approved this 10 seconds ago. It is live." */
export function meanwhileWords({ what, by, isMe, at }: Meanwhile, now: number): string {
  const when = at === null ? '' : ` ${relativeTo(new Date(Math.min(at, now)), new Date(now))}`
  if (what === 'withdrawn') return `This was withdrawn${when}.`
  if (what === 'refused') return `Policy refused this${when}. No signature can lift it.`
  if (what === 'lapsed') return `This expired unanswered${when}.`
  if (what === 'changed') return 'This does not wait for you any more.'
  const who = isMe ? 'You' : (by ?? 'Somebody')
  return `${who} ${VERBS[what]} this${when}. ${AFTER[what]}`
}
