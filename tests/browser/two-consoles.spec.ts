import { callAction, callOf, type Fields, listActions } from './abuse/actions'
import { consoleUrl, cookieOf } from './abuse/raw'
import { query } from './abuse/store'
import { startConsole } from './console-process'
import { fileRequest, type Template } from './filing'
import { expect, type Persona, signInAs, test } from './fixtures'

// A15 is 1,000 rounds as a whole; the usual run makes fewer, so that it takes seconds.
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 20)
const SIDE_BY_SIDE = 4
test.describe.configure({ mode: 'serial', timeout: 180_000 + ROUNDS * 5000 })

/** One of Security signs the first, two of them the second. */
const TEMPLATES = ['resolve-a-refund-ticket', 'rotate-a-production-secret'] as const
const PEOPLE = ['requester', 'approver', 'second approver'] as const
type Who = (typeof PEOPLE)[number]

let consoles: readonly [string, string]
let stop: () => Promise<unknown>
let cookies: Readonly<Record<Who, string>>
const forms = new Map<Template, Fields>()
const patterns: string[] = []

/** The terms of a request that somebody filed in the page, to file more like it. */
async function formOf(id: string): Promise<Fields> {
  const [row] = await query<Record<string, string>>(
    `select agent_id, template_id, goal, justification, ticket, environment, duration_seconds / 60 as minutes
     from request where id = $1`,
    [id],
  )
  const scopes = await query<{ scope_id: string }>(
    'select scope_id from request_scope where request_id = $1',
    [id],
  )
  const { agent_id: agentId = '', template_id: templateId = '', minutes, ...same } = row ?? {}
  return [
    ...Object.entries({ agentId, templateId, durationMinutes: String(minutes), ...same }),
    ...scopes.map(({ scope_id }) => ['scopeIds[]', scope_id] as const),
  ]
}

test.beforeAll(async ({ browser }) => {
  const second = await startConsole(undefined, {
    consoleUrl: consoleUrl().origin,
    environment: { COUNTERSIGN_EMBEDDED: '0', COUNTERSIGN_DEMO: '1', COUNTERSIGN_FILING_LIMIT: '0' },
  })
  expect(second.isListening, second.output()).toBe(true)
  consoles = [consoleUrl().origin, second.url]
  stop = () => second.end()
  const signedIn = await Promise.all(
    PEOPLE.map(async (who: Persona) => {
      const page = await (await browser.newContext({ baseURL: consoleUrl().href })).newPage()
      await signInAs(page, who)
      return { who, page, cookie: await cookieOf(page) }
    }),
  )
  cookies = Object.fromEntries(signedIn.map(({ who, cookie }) => [who, cookie])) as typeof cookies
  const requester = signedIn.find(({ who }) => who === 'requester')
  if (!requester) throw new Error('Nobody files.')
  for (const template of TEMPLATES) {
    const id = await fileRequest(requester.page, template)
    forms.set(template, await formOf(id))
    patterns.push(id)
  }
  for (const { page } of signedIn) await page.context().close()
})
test.afterAll(async () => {
  for (const id of patterns)
    await act('withdrawRequestAction', `/requests/${id}`, { by: 'requester', on: 0 }, [['requestId', id]])
  await stop()
})

type Where = { by: Who; on: 0 | 1 }
type Said = { kind: string; code?: string; value?: Record<string, string>; goes: string }

const actionNamed = (name: string) => {
  const action = listActions().find((one) => one.name === name)
  if (!action) throw new Error(`There is no ${name}.`)
  return action
}

/** Posts to a server action of one of the two consoles as the page does, and reads what it answered. */
async function act(name: string, page: string, { by, on }: Where, fields: Fields): Promise<Said> {
  const call = { ...(await callOf(fields, [{ kind: 'idle' }])), to: consoles[on] }
  const origin = { origin: consoleUrl().origin }
  const answer = await callAction({ ...actionNamed(name), page }, call, {
    cookie: cookies[by],
    headers: origin,
  })
  const row = /^\d+:(\{"kind":.*\})$/m.exec(answer.text)?.[1]
  const goes = String(answer.headers['x-action-redirect'] ?? '')
  return { kind: `${answer.status}`, ...(row ? JSON.parse(row) : {}), goes }
}

async function file(on: 0 | 1, template: Template = 'resolve-a-refund-ticket'): Promise<string> {
  const form = forms.get(template) ?? []
  const { goes, ...said } = await act('submitRequestAction', '/requests/new', { by: 'requester', on }, form)
  const id = /\/requests\/(R-[0-9A-Z]+)/.exec(goes)?.[1]
  if (!id) throw new Error(`Nothing was filed: ${JSON.stringify(said)}`)
  return id
}

/** Opens the dialog: what it shows is what is signed. */
async function shown(requestId: string, verdict: 'approve' | 'deny', where: Where): Promise<Fields> {
  const asked = [
    ['requestId', requestId],
    ['verdict', verdict],
  ] as const
  const { value } = await act('prepareSigningAction', `/requests/${requestId}`, where, asked)
  if (!value) throw new Error(`${where.by} was shown nothing of ${requestId}.`)
  const { nonce = '', digest = '' } = value
  return [
    ['requestId', requestId],
    ['nonce', nonce],
    ['digest', digest],
  ]
}

const REASON = ['reason', 'Ticket 4711 is closed.'] as const

const approve = (id: string, where: Where, fields: Fields) =>
  act('approveRequestAction', `/requests/${id}`, where, fields)

/** What became of a request, by its rows and by the trail. */
async function outcomeOf(id: string) {
  const [row] = await query<{ state: string; grants: number; yes: number; types: string[] }>(
    `select state, (select count(*)::int from permission_grant where request_id = r.id) as grants,
       (select count(*)::int from approval where request_id = r.id and verdict = 'approve') as yes,
       array(select type from trail_event where request_id = r.id order by leaf) as types
     from request r where id = $1`,
    [id],
  )
  if (!row) throw new Error(`There is no ${id}.`)
  return row
}

for (const template of TEMPLATES)
  test(`A14: 50 approvals posted to two consoles at once make one transition, one grant, one event: ${template}`, async () => {
    const id = await file(0, template)
    const shows = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const where: Where = { by: n % 2 ? 'approver' : 'second approver', on: n % 4 < 2 ? 0 : 1 }
        return { where, fields: await shown(id, 'approve', where) }
      }),
    )
    const answers = await Promise.all(
      shows.map(async ({ where, fields }) => ({ where, ...(await approve(id, where, fields)) })),
    )
    const yeses = answers.filter(({ kind }) => kind === 'done')
    for (const { code } of answers)
      expect([undefined, 'changed_meanwhile', 'not_awaiting', 'already_voted', 'unavailable']).toContain(code)
    const quorum = template === 'resolve-a-refund-ticket' ? 1 : 2
    // Of two signatures at once one may be told that the request changed: then that person signs again.
    if (yeses.length < quorum) {
      const by = yeses[0]?.where.by === 'approver' ? 'second approver' : 'approver'
      const where = { by, on: 0 } as const
      expect((await approve(id, where, await shown(id, 'approve', where))).kind).toBe('done')
    } else expect(yeses).toHaveLength(quorum)
    const { state, grants, yes, types } = await outcomeOf(id)
    expect({ state, grants, yes }).toEqual({ state: 'granted', grants: 1, yes: quorum })
    for (const once of ['stage.closed', 'grant.opened'])
      expect(types.filter((type) => type === once)).toEqual([once])
    expect(types.filter((type) => type === 'approval.signed')).toHaveLength(quorum)
  })

const ENDS: Readonly<Record<string, string>> = {
  'grant.opened': 'granted',
  'request.denied': 'denied',
  'request.withdrawn': 'withdrawn',
  'request.lapsed': 'awaiting',
}

/** Everybody answers in the same moment, on both consoles; in some rounds its time runs out just then. */
async function race(round: number): Promise<string> {
  const [here, there] = round % 2 ? ([0, 1] as const) : ([1, 0] as const)
  const id = await file(here)
  const page = `/requests/${id}`
  const [one, other] = [{ by: 'approver', on: here } as const, { by: 'second approver', on: there } as const]
  const [mine, theirs, no] = await Promise.all([
    shown(id, 'approve', one),
    shown(id, 'approve', other),
    shown(id, 'deny', other),
  ])
  if (round % 3 === 0)
    await query(
      `update request set answer_by = clock_timestamp() + $2 * interval '1 millisecond' where id = $1`,
      [id, (round * 23) % 160],
    )
  const answers = [
    () => act('approveRequestAction', page, one, mine),
    () => act('approveRequestAction', page, other, theirs),
    () => act('denyRequestAction', page, other, [...no, REASON]),
    () => act('withdrawRequestAction', page, { by: 'requester', on: there }, [['requestId', id]]),
  ]
  const said = await Promise.all(
    [...answers.slice(round % 4), ...answers.slice(0, round % 4)].map((answer) => answer()),
  )
  // At most one of them was told yes: who signs, who denies and who withdraws all end it.
  expect(said.filter(({ kind, goes }) => kind === 'done' || goes !== '').length).toBeLessThanOrEqual(1)
  return id
}

test(`A15: approve, deny, withdraw and expire at once on two consoles end once, ${ROUNDS} rounds`, async () => {
  const ended = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round += SIDE_BY_SIDE) {
    const ids = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, n) => race(round + n)))
    for (const id of ids) {
      const ends = async () => (await outcomeOf(id)).types.filter((type) => type in ENDS)
      // That it ran out is written down by the sweeper, once a second.
      await expect.poll(ends, { timeout: 60_000, message: id }).toHaveLength(1)
      const { state, grants, types } = await outcomeOf(id)
      const end = types.filter((type) => type !== 'approval.refused').at(-1) ?? ''
      expect({ id, types, state }).toEqual({ id, types, state: ENDS[end] })
      expect(grants).toBe(end === 'grant.opened' ? 1 : 0)
      ended.set(end, (ended.get(end) ?? 0) + 1)
    }
  }
  // A race that always ends alike is none.
  expect(ended.size).toBeGreaterThan(1)
})
