import { calculateJwkThumbprint, exportJWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { Authority, discover } from './authority.mjs'
import { hold } from './hold.mjs'
import { also, clock, Ended, plain, Refused, refusal, say } from './say.mjs'
import { findBeyond, knows, perform, serverOf, tasksOf, tryBeyond } from './work.mjs'
import { fetchIdentity } from './workload.mjs'

/** The whole story of one task. True when it went as the policy says. */
export async function tell(options) {
  const keys = await makeKey()
  const identity = createIdentity(options)
  await sayIdentity(identity)
  const server = await discover(options.issuer)
  say('Authority', `${server.issuer} says where it gives tokens: ${server.token_endpoint}`)
  const authority = new Authority({ issuer: server.issuer, server, keys, identity: identity.current })
  const { mandate, grantId, resources } = await findMandate(options, authority, identity)
  const held = await takeTokens(authority, mandate, resources)
  await work(authority, held)
  if (options.hold > 0 && (await hold(options.hold, { authority, mandate, held }))) return true
  const kept = await tryForbidden(authority, mandate, held)
  if (!options.complete) {
    say('Left open', 'The task was not completed, as asked.')
    return kept
  }
  return (await finish(authority, { mandate, grantId, held })) && kept
}

async function makeKey() {
  const keys = await oauth.generateKeyPair('ES256')
  const thumbprint = await calculateJwkThumbprint(await exportJWK(keys.publicKey))
  say('Key', `made here: ES256, thumbprint ${thumbprint}. The private half never leaves this process.`)
  return keys
}

function createIdentity({ dir, issuer, agent, environment, named }) {
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

async function sayIdentity({ current, who }) {
  const { spiffeId, expiresAt } = await current()
  say('Identity', `the trust domain says this is ${spiffeId}, until ${clock(expiresAt)}.`)
  also(`It runs in the environment ${who.environment}.`)
}

async function findMandate(options, authority, identity) {
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
    return { mandate, grantId: options.named.grantId, resources: ports.map((p) => `http://127.0.0.1:${p}`) }
  }
  say('Mandate', `for grant ${plain(grant.id)}, ${plain(grant.state)} until ${clock(grant.expires_at)}.`)
  if (grant.goal) also(`Goal, as its requester wrote it: "${plain(grant.goal)}"`)
  for (const { scope, authorization_details: details } of grant.resources) {
    const where = (details ?? []).flatMap(({ locations }) => locations ?? [])
    also(`It covers ${plain(scope)} on ${plain(where.join(', '))}`)
  }
  await follow(grant, identity)
  return { mandate, grantId: grant.id, resources: [...new Set(grant.resources.map((r) => r.resource))] }
}

async function follow(grant, identity) {
  if (identity.isFixed || !grant.environment || grant.environment === identity.who.environment) return
  identity.moveTo(grant.environment)
  await sayIdentity(identity)
}

async function takeTokens(authority, mandate, resources) {
  const held = []
  for (const resource of resources) {
    const token = await authority.exchange({ mandate, resource })
    const until = Date.now() / 1000 + (token.expires_in ?? 300)
    held.push({ resource, token, until })
    const name = serverOf(tasksOf(token)[0]?.type, resource)
    say('Token', `for ${name} (${resource}): ${plain(token.scope)}, bound to the key, until ${clock(until)}.`)
  }
  return held
}

async function work(authority, held) {
  for (const { token } of held) {
    for (const task of tasksOf(token)) {
      if (knows(task.action)) {
        say(
          'Work',
          `${serverOf(task.type, task.location)}: ${await perform(task, { token, dpop: authority.dpop })}`,
        )
      } else say('Skipped', `This agent does not know how to do ${plain(task.action)}.`)
    }
  }
}

async function tryForbidden(authority, mandate, held) {
  const beyond = findBeyond(held)
  if (!beyond) return true
  const called = await expectRefusal(() => tryBeyond(beyond, authority.dpop), {
    tried: `${beyond.server}: tried to ${beyond.does}`,
    fits: ({ status }) => status === 401 || status === 403,
  })
  const asked = await expectRefusal(
    () => authority.exchange({ mandate, resource: beyond.resource, scope: beyond.ask }),
    { tried: `asked for a token with ${beyond.ask}`, fits: ({ error }) => error === 'invalid_scope' },
  )
  return called && asked
}

async function finish(authority, { mandate, grantId, held }) {
  const { state } = await authority.complete(grantId)
  say('Complete', `the authority says the grant is ${plain(state)}.`)
  const [first] = held
  return expectRefusal(() => authority.exchange({ mandate, resource: first.resource }), {
    tried: 'asked for one more token',
    fits: ({ reason }) => reason === 'grant_completed',
    title: 'Over',
  })
}

async function expectRefusal(act, { tried, fits, title = 'Forbidden' }) {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const fitting = fits(error)
    say(title, `${tried}, ${refusal(error)}${fitting ? '' : ' Another refusal was expected.'}`)
    return fitting
  }
  say(title, `${tried}, and it was allowed. The policy says it must not be.`)
  return false
}
