import { fileRequest, sign } from '../filing'
import { expect, type Persona, signInAs, test } from '../fixtures'
import {
  callAction,
  callOf,
  type Fields,
  listActions,
  postForm,
  type ServerAction,
  withdraw,
} from './actions'
import { FORGED, isRefusal } from './forged'
import { consoleUrl, cookieOf, formBody, send } from './raw'
import { letSweep, query, readState } from './store'

test.describe.configure({ timeout: 300_000 })

const HEX = { nonce: '0'.repeat(32), digest: '0'.repeat(64) }
const IDLE = { kind: 'idle' }

let cookies: Readonly<Partial<Record<Persona, string>>>
let things: {
  waiting: string
  grant: string
  agentId: string
  otherSignIn: string
  person: string
  group: string
  proposal: string
  form: Fields
  rev: string
}

test.beforeAll(async ({ browser }) => {
  const found: Partial<Record<Persona, string>> = {}
  const baseURL = consoleUrl().href
  const pages = await Promise.all(
    (['requester', 'approver', 'administrator', 'compliance officer'] as const).map(async (persona) => {
      const page = await (await browser.newContext({ baseURL })).newPage()
      await signInAs(page, persona)
      found[persona] = await cookieOf(page)
      return page
    }),
  )
  const [page, approver] = pages
  if (!page || !approver) throw new Error('Nobody signed in.')
  const live = await fileRequest(page, 'resolve-a-refund-ticket')
  await approver.goto(`/requests/${live}`)
  await sign(approver, 'Approve')
  const waiting = await fileRequest(page, 'resolve-a-refund-ticket')
  cookies = found
  things = await readThings(waiting, live)
  for (const one of pages) await one.context().close()
})

async function readThings(waiting: string, live: string) {
  const [row] = await query<{
    grant: string
    agent_id: string
    rev: number
    template_id: string
    sign_in: string
    person: string
    group_id: string
    scopes: string[]
  }>(
    `select p.id as person, m.group_id, g.id as grant, r.agent_id, r.rev, r.template_id,
       (select s.id from sign_in s where s.person_id = r.requester_id order by started desc limit 1) as sign_in,
       (select array_agg(scope_id) from request_scope where request_id = r.id) as scopes
     from request r, permission_grant g, person p, group_member m
     where r.id = $1 and g.request_id = $2 and p.subject = 'second-approver' and m.person_id = p.id limit 1`,
    [waiting, live],
  )
  if (!row) throw new Error('There is no request.')
  const proposal = await proposeRole(row.person)
  const form: Fields = [
    ['templateId', row.template_id],
    ['agentId', row.agent_id],
    ['goal', 'Look at one ticket.'],
    ['justification', 'The customer waits.'],
    ['ticket', 'SUP-1'],
    ['environment', 'staging'],
    ['durationMinutes', '5'],
    ...row.scopes.map((id) => ['scopeIds[]', id] as const),
  ]
  return {
    waiting,
    grant: row.grant,
    agentId: row.agent_id,
    otherSignIn: row.sign_in,
    ...{ person: row.person, group: row.group_id, proposal },
    form,
    rev: String(row.rev),
  }
}

/** An open proposal, as another administrator would have left it. */
async function proposeRole(personId: string): Promise<string> {
  const payload = JSON.stringify({ kind: 'role.give', personId, role: 'auditor' })
  const [made] = await query<{ id: string }>(
    `insert into proposal (id, tenant_id, kind, payload, seen, gains, proposed_by, proposed, answer_by, state)
     select 'Q-00000000', tenant_id, 'role.give', $2, '""', $1, $1, now(), now() + interval '1 day', 'open'
     from role_holding where person_id = $1 limit 1 returning id`,
    [personId, payload],
  )
  return made?.id ?? ''
}

/** Everything any form of the console could send, so that each action finds what it asks for. */
const allFields = (): Fields => [
  ...things.form,
  ['requestId', things.waiting],
  ['rev', things.rev],
  ['grantId', things.grant],
  ['grantIds[]', things.grant],
  ['signInId', things.otherSignIn],
  ['reason', 'Nobody asked for this.'],
  ['verdict', 'approve'],
  ['story', 'hidden'],
  ['personId', things.person],
  ['groupId', things.group],
  ['proposalId', things.proposal],
  ['shown', '1'],
  ['kind', 'role.give'],
  ['role', 'auditor'],
  ['timeZone', 'Europe/Zurich'],
  ['days[]', '1'],
  ['fromHour', '9'],
  ['untilHour', '17'],
  ...Object.entries(HEX),
]

/** Who would succeed with it. Nobody's name: the requester. */
const BY: Readonly<Record<string, Persona>> = {
  prepareSigningAction: 'approver',
  approveRequestAction: 'approver',
  denyRequestAction: 'approver',
  suspendAgentAction: 'administrator',
  resumeAgentAction: 'administrator',
  proposeIdentityAction: 'administrator',
  removeIdentityAction: 'administrator',
  testIdentityAction: 'administrator',
  proposeTrustAction: 'administrator',
  removeTrustAction: 'administrator',
  proposeServerAction: 'administrator',
  tryTokenAction: 'administrator',
  endSignInAction: 'administrator',
  disablePersonAction: 'administrator',
  removeFromGroupAction: 'administrator',
  proposeRuleChangeAction: 'administrator',
  activateProposalAction: 'administrator',
  rejectProposalAction: 'administrator',
  withdrawProposalAction: 'administrator',
}
const cookieFor = ({ name }: ServerAction) => cookies[BY[name] ?? 'requester'] ?? ''

/** The actions that take other things than a form state and a form. */
const WITHOUT_STATE: Readonly<Record<string, readonly unknown[] | 'form'>> = {
  signOut: [],
  continueHere: ['administrator'],
  continueTo: ['/', 'administrator'],
  continueWithProvider: ['/'],
  changeStory: 'form',
}

/** The actions that are handed where to go on before the form state. */
const GOES_ON: readonly string[] = ['signInAction', 'giveSecondFactorAction']
const leading = ({ name }: ServerAction) => (GOES_ON.includes(name) ? ['/', IDLE] : [IDLE])

/**
 * The actions whose form may stay empty. Demo people have no password to stand a second factor beside, and a key is
 * asked to change by somebody who may not.
 */
const WITHOUT_FIELDS: Readonly<Record<string, string>> = {
  beginSecondFactorAction: 'not_found',
  rotateSigningKeyAction: 'not_allowed',
}

/** What reaches oneself in the console is anybody's own to choose, and a form with nothing ticked is a choice. */
const ABOUT_ONESELF: readonly string[] = ['chooseNoticesAction', 'markNoticesReadAction', 'chooseKeysAction']

const bodyFor = (action: ServerAction) => {
  const takes = WITHOUT_STATE[action.name]
  if (takes === 'form') return callOf(allFields())
  return takes ? callOf(null, takes) : callOf(allFields(), leading(action))
}

/** It answers nothing, whatever happens. */
const SILENT = ['changeStory']

test.afterAll(async () => {
  await withdraw(things.waiting, cookies.requester ?? '')
  await query('delete from proposal where id = $1', [things.proposal])
  await letSweep()
})

test('every action is known here', () => {
  const names = listActions().map(({ name }) => name)
  expect(names.length).toBeGreaterThan(15)
  const odd = names.filter((name) => !name.endsWith('Action') && !(name in WITHOUT_STATE))
  expect(odd).toEqual([])
})

test('A30: an action that another page sends changes nothing', async () => {
  const before = await readState()
  for (const action of listActions())
    for (const [what, headers] of Object.entries(FORGED())) {
      const answer = await callAction(action, await bodyFor(action), { cookie: cookieFor(action), headers })
      expect(
        SILENT.includes(action.name) || isRefusal(answer),
        `${action.name} with ${what}: ${answer.status} ${answer.text.slice(0, 300)}`,
      ).toBe(true)
      expect(answer.headers['set-cookie'] ?? [], `${action.name} with ${what}`).toEqual([])
    }
  expect(await readState()).toEqual(before)
})

test('A30: neither does a form without script', async () => {
  const before = await readState()
  for (const action of listActions())
    for (const [what, headers] of Object.entries(FORGED())) {
      if (headers['content-type']) continue
      const answer = await postForm(action, allFields(), { cookie: cookieFor(action), headers })
      expect(answer.headers['set-cookie'] ?? [], `${action.name} with ${what}`).toEqual([])
    }
  expect(await readState()).toEqual(before)
})

test('A30: nor do the routes', async () => {
  const before = await readState()
  const forms = await formBody([
    ['query', ''],
    ['format', 'csv'],
    ['persona', 'administrator'],
    ['csrfToken', '0'.repeat(64)],
    ['callbackUrl', '/'],
  ])
  const cookie = cookies.administrator ?? ''
  const routes = [
    '/audit/export',
    '/api/approvals',
    '/api/grants',
    '/api/live',
    '/api/auth/callback/demo',
    '/api/auth/signin/demo',
  ]
  for (const path of routes)
    for (const [what, headers] of Object.entries(FORGED()))
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const sent = { method, cookie, ...forms, headers: { ...forms.headers, ...headers } }
        const answer = await send(path, sent)
        expect(answer.status, `${method} ${path} with ${what}`).toBeGreaterThanOrEqual(300)
        expect(String(answer.headers['set-cookie']), `${method} ${path} with ${what}`).not.toContain(
          'session-token=ey',
        )
      }
  expect(await readState()).toEqual(before)
})

test('A30: nobody else’s page chooses who is signed in, not even with next-auth’s own token', async () => {
  const before = await readState()
  const csrf = await send('/api/auth/csrf')
  const { csrfToken } = JSON.parse(csrf.text)
  const cookie = (csrf.headers['set-cookie'] ?? []).map((set) => set.split(';')[0]).join('; ')
  const form = await formBody([
    ['csrfToken', csrfToken],
    ['persona', 'administrator'],
  ])
  for (const [what, headers] of Object.entries(FORGED())) {
    const sent = { method: 'POST', cookie, body: form.body, headers: { ...form.headers, ...headers } }
    const answer = await send('/api/auth/callback/demo', sent)
    expect(answer.status, what).toBe(403)
    expect(answer.headers['set-cookie'], what).toBeUndefined()
  }
  expect(await readState()).toEqual(before)
})

test('A54: the compliance officer changes nothing with any action there is', async () => {
  const sent = { cookie: cookies['compliance officer'] ?? '', headers: { origin: consoleUrl().origin } }
  const { tables } = await readState()
  // Signing out and going on as somebody else are about one's own sign-in; what is asked for is shown to oneself.
  const actions = listActions().filter(
    ({ name }) => !(name in WITHOUT_STATE) && !ABOUT_ONESELF.includes(name),
  )
  expect(actions.length).toBeGreaterThan(15)
  for (const action of actions) {
    const answer = await callAction(action, await bodyFor(action), sent)
    expect(answer.text, action.name).toMatch(/"code":"\w+"/)
  }
  expect((await readState()).tables).toEqual(tables)
})

test('the same bodies from the console’s own pages do what they say', async () => {
  const headers = { origin: consoleUrl().origin }
  const codes: Record<string, string> = {}
  for (const action of listActions()) {
    if (action.name in WITHOUT_STATE || action.name === 'endSignInAction') continue
    if (ABOUT_ONESELF.includes(action.name)) continue
    const empty = await callOf([], leading(action))
    const answer = await callAction(action, empty, { cookie: cookieFor(action), headers })
    codes[action.name] = /"code":"(\w+)"/.exec(answer.text)?.[1] ?? answer.text.slice(0, 200)
  }
  // Reached, and refused for the one reason that nothing was filled in, or that there is nothing to fill in.
  for (const [name, code] of Object.entries(codes)) expect(code, name).toBe(WITHOUT_FIELDS[name] ?? 'invalid')
  const answer = await withdraw(things.waiting, cookies.requester ?? '')
  expect(answer.text).toContain('"kind":"done"')
  const [row] = await query<{ state: string }>('select state from request where id = $1', [things.waiting])
  expect(row?.state).toBe('withdrawn')
})

const EXTRA: Fields = [
  ['state', 'granted'],
  ['approvedBy', 'P-0000000000'],
  ['role', 'administrator'],
  ['roles[]', 'administrator'],
  ['tenantId', 'T-0000000000'],
  ['requesterId', 'P-0000000000'],
  ['id', 'R-0000000000'],
  ['requestId', 'R-0000000000'],
  ['version', '7'],
  ['stages[]', ''],
  ['policySet', 'f'.repeat(64)],
  ['answerBy', '2100-01-01T00:00:00Z'],
  ['goalCategory', 'maintenance'],
  ['__proto__', 'x'],
  ['__proto__[]', 'x'],
  ['__proto__.state', 'granted'],
  ['constructor[]', 'x'],
  ['toString[]', 'x'],
  ['prototype', '{}'],
]

// Without what is of its own moment.
const STORED = `select to_jsonb(r) - '{id,filed,answer_by,wait_ends,next_mark,decided,digest,decision_ids}'::text[]
    || jsonb_build_object('stages', (select jsonb_agg(stage - 'opened') from jsonb_array_elements(r.stages) stage)) as stored
  from request r order by filed desc, id limit 1`

test('A33: members that no form has change nothing of what is stored', async () => {
  const submit = listActions().find(({ name }) => name === 'submitRequestAction')
  if (!submit) throw new Error('There is no way to submit.')
  const sent = { cookie: cookies.requester ?? '', headers: { origin: consoleUrl().origin } }
  const file = async (fields: Fields) => {
    const answer = await callAction(submit, await callOf(fields, [IDLE]), sent)
    expect(String(answer.headers['x-action-redirect']), answer.text.slice(0, 300)).toMatch(/^\/requests\/R-/)
    const [row] = await query<{ stored: object }>(STORED)
    await withdraw(String(answer.headers['x-action-redirect']).slice(10).split(';')[0] ?? '', sent.cookie)
    return row?.stored
  }
  const plain = await file(things.form)
  expect(plain).toMatchObject({ state: 'awaiting', version: 1 })
  expect(await file([...things.form, ...EXTRA])).toEqual(plain)
  expect(await file([...EXTRA, ...things.form])).toEqual(plain)
})
