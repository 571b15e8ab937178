import { counted } from '@/lib/domain/counted'

type Waiting = { waiting: number; stuck: number }

/** "2 requests wait. Nobody left can sign 1 of them." */
export function waitingWords({ waiting, stuck }: Waiting): string {
  if (waiting === 0) return 'nothing'
  const first = `${counted(waiting, 'request')} ${waiting === 1 ? 'waits' : 'wait'}.`
  return stuck === 0 ? first : `${first} ${stuckWords({ waiting, stuck })}`
}

const stuckWords = ({ waiting, stuck }: Waiting) =>
  stuck === waiting ? 'There are too few left to sign.' : `There are too few left to sign ${stuck} of them.`

/** What taking a seat away means for what waits: "2 requests wait for Security; nobody else can sign." */
export function leavingWords(group: string, { waiting, stuck }: Waiting): string {
  if (waiting === 0) return `Nothing waits for ${group}.`
  const first = `${counted(waiting, 'request')} ${waiting === 1 ? 'waits' : 'wait'} for ${group}`
  if (stuck === 0) return `${first}; others can sign.`
  if (stuck === waiting) return `${first}; nobody else can sign.`
  return `${first}; nobody else can sign ${stuck} of them.`
}

export type Ending = { signIns: number; requests: number; grants: number; votes: number }

/** What ends with a person, one line for each kind there is any of. */
export function endingWords({ signIns, requests, grants, votes }: Ending): string[] {
  const lines: [number, string][] = [
    [signIns, counted(signIns, 'sign-in')],
    [requests, `${counted(requests, 'open request')}, withdrawn`],
    [grants, `${counted(grants, 'live grant')}, revoked`],
    [votes, `${counted(votes, 'signature')} on waiting requests, void`],
  ]
  return lines.filter(([count]) => count > 0).map(([, words]) => words)
}
