import { counted } from '@/lib/domain/counted'

type Waiting = {
  /** Changes of the rules that others proposed. */
  proposals: number
  /** Requests that need this person. */
  waiting: number
  awaiting: number
  live: number
}

const needs = (count: number, word: string) =>
  count > 0 ? [`${counted(count, word)} ${count === 1 ? 'needs' : 'need'} you.`] : []

/** "1 proposal needs you. 1 request needs you. 2 tasks of yours are live." */
export function inShort({ proposals, waiting, awaiting, live }: Waiting): string {
  const said = [
    ...needs(proposals, 'proposal'),
    ...needs(waiting, 'request'),
    ...(awaiting > 0
      ? [`${awaiting} of yours ${awaiting === 1 ? 'waits' : 'wait'} for a countersignature.`]
      : []),
    ...(live > 0 ? [`${counted(live, 'task')} of yours ${live === 1 ? 'is' : 'are'} live.`] : []),
  ]
  return said.join(' ') || 'Nothing waits for you and nothing of yours is live.'
}
