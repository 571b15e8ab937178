import { also, clock, say } from './say.mjs'
import { fetchIdentity } from './workload.mjs'

/** Who this workload is, fetched again before it runs out. */
export function createIdentity({ dir, issuer, agent, environment, named }) {
  const who = {
    audience: issuer,
    agent: agent ?? named.agent ?? 'refund-triage',
    environment: environment ?? named.environment ?? 'staging',
  }
  let held
  const current = async () => {
    if (!held || held.expiresAt < Date.now() / 1000 + 60) held = await fetchIdentity(dir, who)
    return held
  }
  const moveTo = (next) => {
    who.environment = next
    held = undefined
  }
  return { who, current, moveTo, isFixed: environment !== undefined }
}

export async function sayIdentity({ current, who }) {
  const { spiffeId, expiresAt } = await current()
  say('Identity', `the trust domain says this is ${spiffeId}, until ${clock(expiresAt)}.`)
  also(`It runs in the environment ${who.environment}.`)
}
