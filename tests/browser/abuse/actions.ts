import { readFileSync } from 'node:fs'
import { type Answer, consoleUrl, formBody, type Sent, send } from './raw'

export type ServerAction = { id: string; name: string; page: string }

type Manifest = {
  node: Record<string, { workers: Record<string, unknown>; filename: string; exportedName: string }>
}

const pathOf = (worker: string) =>
  worker
    .replace(/^app/, '')
    .replace(/\/\([^)]*\)/g, '')
    .replace(/\/page$/, '') || '/'

/** Every server action of the built console, with a page that knows it. */
export function listActions(): ServerAction[] {
  const { node }: Manifest = JSON.parse(
    readFileSync(`${process.env.NEXT_DIST_DIR ?? '.next'}/server/server-reference-manifest.json`, 'utf8'),
  )
  return Object.entries(node).map(([id, { workers, exportedName }]) => {
    const pages = Object.keys(workers).map(pathOf)
    return { id, name: exportedName, page: pages.find((page) => !page.includes('[')) ?? '/' }
  })
}

export type Fields = readonly (readonly [string, string])[]

/** How the browser calls an action that takes a form state and a form, or that takes plain values. */
export async function callOf(fields: Fields | null, values: readonly unknown[] = []): Promise<Sent> {
  if (!fields)
    return {
      body: new TextEncoder().encode(JSON.stringify(values)),
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
    }
  const nested = fields.map(([name, value]) => [`_1_${name}`, value] as const)
  return formBody([...nested, ['0', JSON.stringify([...values, '$K1'])]])
}

/** A POST to an action as script sends it. */
export function callAction(
  { id, page }: ServerAction,
  call: Sent,
  { cookie, headers = {} }: { cookie: string; headers?: Readonly<Record<string, string>> },
) {
  return send(page, {
    ...call,
    method: 'POST',
    cookie,
    headers: { ...call.headers, 'next-action': id, accept: 'text/x-component', ...headers },
  })
}

/** A POST to an action as a form without script sends it. */
export async function postForm(
  { id, page }: ServerAction,
  fields: Fields,
  { cookie, headers = {} }: { cookie: string; headers?: Readonly<Record<string, string>> },
) {
  const form = await formBody([[`$ACTION_ID_${id}`, ''], ...fields])
  return send(page, { ...form, method: 'POST', cookie, headers: { ...form.headers, ...headers } })
}

/** Takes back a waiting request, as its requester would. */
export async function withdraw(requestId: string, cookie: string): Promise<Answer> {
  const action = listActions().find(({ name }) => name === 'withdrawRequestAction')
  if (!action) throw new Error('There is no way to withdraw.')
  const call = await callOf([['requestId', requestId]], [{ kind: 'idle' }])
  return callAction(action, call, { cookie, headers: { origin: consoleUrl().origin } })
}
