import { setTimeout as pause } from 'node:timers/promises'
import { also, clock, Ended, Refused, refusal, say } from './say.mjs'
import { mayRepeat, perform, tasksOf } from './work.mjs'

const ROUND_MS = 2000
const RENEW_SECONDS = 60

/** Works on until the time is over or the authority gives no more tokens. True when it was stopped. */
export async function hold(seconds, { authority, mandate, held }) {
  say('Hold', `working on for ${seconds} s, a round every ${ROUND_MS / 1000} s, until refused.`)
  const end = Date.now() + seconds * 1000
  let last = ''
  while (Date.now() < end) {
    const calls = await round(held, authority)
    const asked = await renew(held, authority, mandate)
    const line = [...calls, `new token ${wordFor(asked, 'given')}`].join(', ')
    if (line !== last) also(`${clock(Date.now() / 1000)}  ${line}`)
    last = line
    if (asked instanceof Refused) {
      say('Stopped', `The next token is ${refusal(asked)}`)
      await sayWhoStillAccepts(held, authority)
      return true
    }
    await pause(Math.max(0, Math.min(ROUND_MS, end - Date.now())))
  }
  return false
}

async function round(held, authority) {
  const lines = []
  for (const { task, token } of repeatable(held)) {
    const said = await outcome(() => perform(task, { token, dpop: authority.dpop }))
    lines.push(`${task.action} ${wordFor(said, 'allowed')}`)
  }
  return lines
}

// One token is asked for in every round, whether needed or not: it is the authority's word of the moment.
async function renew(held, authority, mandate) {
  const [first] = [...held].sort((a, b) => a.until - b.until)
  const said = await outcome(() => authority.exchange({ mandate, resource: first.resource }))
  if (said instanceof Error) return said
  if (first.until < Date.now() / 1000 + RENEW_SECONDS) {
    first.token = said
    first.until = Date.now() / 1000 + said.expires_in
  }
  return said
}

async function sayWhoStillAccepts(held, authority) {
  for (const { task, token, until } of repeatable(held)) {
    const said = await outcome(() => perform(task, { token, dpop: authority.dpop }))
    if (said instanceof Refused) also(`${task.action} is ${refusal(said)}`)
    else if (said instanceof Ended) also(said.message)
    else also(`${task.action} is still accepted, until its token ends at ${clock(until)} at the latest.`)
  }
}

function repeatable(held) {
  return held.flatMap(({ token, until }) =>
    tasksOf(token)
      .filter(({ action }) => mayRepeat(action))
      .map((task) => ({ task, token, until })),
  )
}

function wordFor(said, good) {
  if (said instanceof Refused) return 'refused'
  return said instanceof Ended ? 'not answered' : good
}

async function outcome(act) {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refused || error instanceof Ended) return error
    throw error
  }
}
