import { calculateJwkThumbprint, exportJWK } from 'jose'
import * as oauth from 'oauth4webapi'
import { Authority, discover } from './authority.mjs'
import { hold } from './hold.mjs'
import { createIdentity, sayIdentity } from './identity.mjs'
import { findMandate } from './mandate.mjs'
import { clock, Ended, plain, Refused, refusal, say } from './say.mjs'
import { findBeyond, knows, perform, serverOf, tasksOf, tryBeyond } from './work.mjs'

/** The whole story of one task. True when it went as the policy says. */
export async function tell(options) {
  const keys = await makeKey()
  const identity = createIdentity(options)
  await sayIdentity(identity)
  const server = await discover(options.issuer)
  say('Authority', `${server.issuer} says where it gives tokens: ${server.token_endpoint}`)
  const authority = new Authority({ issuer: server.issuer, server, keys, identity: identity.current })
  const found = await findMandate(options, authority, identity)
  const { mandate, grantId } = found
  const held = await takeTokens(authority, found)
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

async function takeTokens(authority, { mandate, resources, guessed }) {
  const held = []
  let notCovered
  for (const resource of resources) {
    try {
      held.push(await takeToken(authority, mandate, resource))
    } catch (error) {
      // A guessed resource server may simply not be the grant's.
      if (!guessed || !(error instanceof Refused) || error.error !== 'invalid_target') throw error
      notCovered = error
    }
  }
  if (held.length === 0) throw notCovered ?? new Ended('The grant covers no resource server.')
  return held
}

async function takeToken(authority, mandate, resource) {
  const token = await authority.exchange({ mandate, resource })
  const until = Date.now() / 1000 + (token.expires_in ?? 300)
  const name = serverOf(tasksOf(token)[0]?.type, resource)
  say('Token', `for ${name} (${resource}): ${plain(token.scope)}, bound to the key, until ${clock(until)}.`)
  return { resource, token, until }
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
