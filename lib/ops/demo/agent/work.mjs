import { plain } from './say.mjs'
import { callResource } from './wire.mjs'

const comment = JSON.stringify({ text: 'Looked at by the demo agent.' })

// How this agent does each action it knows, and what it tells about the answer. A secret is never printed.
const WAYS = {
  'ticket:read': { method: 'GET', again: true, tell: (b) => `read ticket ${b.id}: "${plain(b.subject)}"` },
  'ticket:comment': {
    method: 'POST',
    suffix: '/comments',
    body: comment,
    tell: (b) => `commented on ticket ${b.id}`,
  },
  'ticket:delete': { method: 'DELETE', tell: () => 'deleted a ticket' },
  'secret:read': {
    method: 'GET',
    again: true,
    tell: (b) => `got the secret ${plain(b.name)}: ${String(b.value).length} characters, not shown`,
  },
  'secret:rotate': {
    method: 'POST',
    suffix: '/rotate',
    tell: (b) => `rotated the secret ${plain(b.name)}, now version ${plain(b.version)}`,
  },
  'secret:write': { method: 'PUT', tell: (b) => `wrote the secret ${plain(b.name)}` },
  'api:call': {
    method: 'POST',
    again: true,
    body: '{}',
    tell: (b) => `called the API: ${plain(b.amount)} ${plain(b.currency)} would be paid back`,
  },
}

// What to try that the grant does not cover: an action on the same resource, and a scope to ask for.
const BEYOND = {
  ticket: { ask: 'ticket:delete', does: 'delete the ticket', method: 'DELETE' },
  secret: { ask: 'secret:write', does: 'overwrite the secret', method: 'PUT' },
  api: {
    ask: 'refund:pay',
    does: 'pay the refund',
    method: 'POST',
    at: (url) => url.replace(/\/preview$/, ''),
  },
}

const SERVERS = { ticket: 'tickets', secret: 'vault', api: 'refunds' }

/** What a token lets its bearer do: one task per action and resource of its authorization_details. */
export function tasksOf(token) {
  const details = Array.isArray(token.authorization_details) ? token.authorization_details : []
  return details.flatMap(({ type, actions = [], locations = [] }) =>
    actions.flatMap((action) => locations.map((location) => ({ type, action, location }))),
  )
}

export function knows(action) {
  return Object.hasOwn(WAYS, action)
}

export function mayRepeat(action) {
  return knows(action) && WAYS[action].again === true
}

/** Does one action and answers what happened, in words. */
export async function perform({ type, action, location }, { token, dpop }) {
  const { method, suffix = '', body, tell } = WAYS[action]
  const url = new URL(`${location}${suffix}`)
  const answer = await callResource(serverOf(type, url), {
    token: token.access_token,
    dpop,
    method,
    url,
    body,
  })
  return tell(answer)
}

/** Something just outside what was granted, for the first server where there is such a thing. */
export function findBeyond(held) {
  for (const { resource, token } of held) {
    const tasks = tasksOf(token)
    const task = tasks.find(({ type }) => Object.hasOwn(BEYOND, type))
    if (!task) continue
    const beyond = BEYOND[task.type]
    if (tasks.some(({ action }) => action === beyond.ask)) continue
    const url = new URL(beyond.at ? beyond.at(task.location) : task.location)
    return { ...beyond, resource, token, url, server: serverOf(task.type, url) }
  }
  return undefined
}

export function tryBeyond({ token, url, method, server }, dpop) {
  return callResource(server, { token: token.access_token, dpop, method, url })
}

/** What this agent calls a server: a name it knows for the type, or the address. */
export function serverOf(type, url) {
  return Object.hasOwn(SERVERS, type) ? SERVERS[type] : new URL(url).host
}
