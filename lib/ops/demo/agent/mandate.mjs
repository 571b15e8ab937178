import { sayIdentity } from './identity.mjs'
import { also, clock, Ended, plain, say } from './say.mjs'

// The order of work: look at the ticket, then get the secret, then call the API.
const ORDER = ['ticket', 'secret', 'api']
const placeOf = (type) => (ORDER.includes(type) ? ORDER.indexOf(type) : ORDER.length)

/** The mandate to work under, its grant and the resource servers it covers: the given one, or the newest. */
export async function findMandate(options, authority, identity) {
  await authority.ownToken()
  say('Own token', 'the authority knows this agent and gave it a token for itself.')
  const grants = await authority.grants()
  const grant = options.mandate
    ? grants.find(({ id }) => id === options.named.grantId)
    : grants.find(({ state }) => state === 'live')
  if (!grant && !options.mandate) {
    throw new Ended(
      `No live grant is for ${identity.who.agent}. File a request for it in the console, then run this again.`,
    )
  }
  const mandate = options.mandate ?? (await authority.mandateOf(grant.id))
  if (!grant) {
    say(
      'Mandate',
      'given on the command line. The authority lists no grant for it, so the next step will tell.',
    )
    const ports = [0, 1, 2].map((offset) => options.portBase + offset)
    const guesses = ports.map((port) => `http://127.0.0.1:${port}`)
    return { mandate, grantId: options.named.grantId, resources: guesses, guessed: true }
  }
  say('Mandate', `for grant ${plain(grant.id)}, ${plain(grant.state)} until ${clock(grant.expires_at)}.`)
  if (grant.goal) also(`Goal, as its requester wrote it: "${plain(grant.goal)}"`)
  const covered = [...grant.resources].sort((a, b) => placeOf(a.type) - placeOf(b.type))
  for (const { scope, authorization_details: details } of covered) {
    const where = (details ?? []).flatMap(({ locations }) => locations ?? [])
    also(`It covers ${plain(scope)} on ${plain(where.join(', '))}`)
  }
  await follow(grant, identity)
  const resources = [...new Set(covered.map(({ resource }) => resource))]
  return { mandate, grantId: grant.id, resources, guessed: false }
}

async function follow(grant, identity) {
  if (identity.isFixed || !grant.environment || grant.environment === identity.who.environment) return
  identity.moveTo(grant.environment)
  await sayIdentity(identity)
}
