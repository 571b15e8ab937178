import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findAuthorityRows, findServerClient } from '@/lib/data/authority-callers'
import { databaseNow } from '@/lib/data/clock'
import { pool } from '@/lib/data/database'
import { issueCredential } from '@/lib/data/issue-batch'
import { findIssueFacts } from '@/lib/data/issue-facts'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findPolicyVersionInForce } from '@/lib/data/policy-sets'
import { findVotingFacts } from '@/lib/data/requests'
import type { Actor } from '@/lib/domain/access'
import type { RequestId } from '@/lib/domain/ids'
import { factsProblem } from '@/lib/domain/issue'
import { DEMO_ISSUER } from '@/lib/domain/personas'
import type { SubmitRequest } from '@/lib/domain/request'
import { termsOf, votableOf } from '@/lib/domain/request-record'
import type { Result } from '@/lib/domain/result'
import { termsLeft } from '@/lib/domain/signed-terms'
import { requestStatus } from '@/lib/domain/status'
import { denyRequest } from '@/lib/usecases/approvals/deny-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { askAtIssue } from '@/lib/usecases/facts/ask-at-issue'
import { type Asker, judgeEvaluation, tell as tellAsker } from '@/lib/usecases/facts/evaluation'
import { completeGrant } from '@/lib/usecases/grants/complete-grant'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { editRequest } from '@/lib/usecases/requests/edit-request'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { type FreshDatabase, freshDatabase } from '@/tests/harness/database'
import { actOf, type DemoPeople, demoWorld, GROUPS, policyText, yes } from '@/tests/harness/demo'
import fc from '@/tests/harness/fast-check'
import { CAPS, type Command, type Kind, story, THIRDS, type Who } from '@/tests/harness/model/commands'
import { type Given, Reference, type State, type Step } from '@/tests/harness/model/reference'
import { EMPTY_TRAIL, expectNothingHalfDone, readOn } from '@/tests/harness/trail'

// The whole is 200 stories; the usual run tells fewer, so that it takes seconds.
const STORIES = Number(process.env.MODEL_STORIES ?? 25)
vi.setConfig({ testTimeout: 180_000 + STORIES * 15_000, hookTimeout: 180_000 })

let db: FreshDatabase
let demo: DemoPeople
let sets: { usual: string; strict: string }
const SUBJECTS: Record<Who, string> = {
  requester: 'requester',
  approver: 'approver',
  second: 'second-approver',
  owner: 'administrator',
  outsider: 'outsider',
}

const run = (sql: string, ...values: unknown[]) => pool().query(sql, values)

beforeAll(async () => {
  db = await freshDatabase()
  demo = await demoWorld()
  const usual = (await findPolicyVersionInForce()) ?? ''
  const text = policyText()
  const forbid =
    '@id("nothing-today")\n@says("Nothing is given today.")\nforbid (principal, action, resource);\n'
  const stricter = { ...text, policies: [...text.policies, { name: '99-today.cedar', text: forbid }] }
  sets = { usual, strict: yes(await installPolicySet({ via: 'setup' }, stricter, GROUPS)).version }
  await run(
    `insert into person (id, issuer, subject, name) values ('P-0VTS1DER', $1, 'outsider', 'Outsider')`,
    DEMO_ISSUER,
  )
  await run(`insert into role_holding (person_id, tenant_id, role, given_by)
    select id, tenant_id, 'approver', 'setup' from person, (select tenant_id from approver_group limit 1) t
    where subject in ('outsider', 'administrator')`)
  await join('owner', 'security')
})
afterAll(() => db.dispose())

const join = (who: Who, group: string) =>
  run(
    `insert into group_member (group_id, person_id, added_by) select g.id, p.id, 'setup'
      from approver_group g, person p where g.slug = $1 and p.subject = $2 on conflict do nothing`,
    group,
    SUBJECTS[who],
  )

/** As every story begins: everybody in their groups, nobody disabled, the agent at work, the usual policies. */
async function beginAnew(): Promise<void> {
  await run('update person set disabled = null')
  await run('update agent set suspended = null, rev = rev + 1 where suspended is not null')
  await run('update policy_in_force set version = $1', sets.usual)
  for (const who of ['approver', 'second'] as const)
    for (const group of ['security', 'data-owners']) await join(who, group)
}

const actorOf = async (who: Who): Promise<Actor> => {
  const actor = await findPersonActor(DEMO_ISSUER, SUBJECTS[who], newId('SignInId'), await databaseNow())
  if (!actor) throw new Error(`There is no ${who}.`)
  return actor
}

function formOf(kind: Kind): SubmitRequest {
  // The extra is one that no stage hangs on: striking it leaves the signatures that are needed as they are.
  const terms = (durationMinutes: number, ...actions: string[]) => ({
    scopeIds: [EXTRA, ...actions].map((action) => demo.scopeId(action)),
    durationMinutes,
  })
  if (kind === 'plain') return demo.form('summarise-a-ticket', terms(15, 'ticket:comment'))
  if (kind === 'secret') return demo.form('resolve-a-refund-ticket', terms(30, 'secret:read', 'api:call'))
  if (kind === 'rotation') return demo.form('rotate-a-production-secret', terms(15, 'secret:rotate'))
  if (kind === 'forbidden') return demo.form('summarise-a-ticket', terms(15, 'ticket:delete'))
  // A third of it still lasts long enough to be asked about.
  return demo.form('resolve-a-refund-ticket', terms(210, 'secret:read', 'ticket:comment'))
}

const EXTRA = 'ticket:read'

// What is asked about a grant depends on nothing of the call.
const CALL = { address: null, reference: null }

/** One story through the use cases. */
class Told {
  private id: RequestId | null = null

  async state(): Promise<State> {
    if (!this.id) return 'none'
    const request = await demo.read(this.id)
    return requestStatus(request, request.grant, await databaseNow()) as State
  }

  private async given(): Promise<Given | null> {
    const state = await this.state()
    if (!this.id || (state !== 'awaiting' && state !== 'live')) return null
    const request = await demo.read(this.id)
    const { asked, granted } = termsOf(request)
    const votable = votableOf(request, await findVotingFacts(request), await databaseNow())
    const { scopes, durationSeconds, uses } = state === 'live' ? granted : termsLeft(asked, votable)
    const thirds = THIRDS.find((n) => n * asked.durationSeconds === durationSeconds * 3)
    const struck = asked.scopes.filter((one) => !scopes.includes(one)).map(({ action }) => action)
    if (!thirds || struck.some((action) => action !== EXTRA)) throw new Error('Something else was taken.')
    return { extra: struck.length === 0, thirds, uses: CAPS.find((cap) => cap === uses) ?? null }
  }

  async run(command: Command): Promise<Step> {
    const done = await this.perform(command)
    const [state, given] = [await this.state(), await this.given()]
    const grant = state === 'live' && this.id ? (await demo.read(this.id)).grant : null
    return { done, state, given, usesLeft: grant?.usesLeft ?? null }
  }

  private async perform(command: Command): Promise<boolean> {
    switch (command.do) {
      case 'submit':
        return this.id === null && this.submit(command.kind)
      case 'edit':
      case 'withdraw':
      case 'revoke':
      case 'complete':
        return this.byRequester(command)
      case 'approve':
      case 'deny':
        return this.sign(command.do, command.who)
      case 'narrow':
        return this.narrow(command)
      case 'issue':
        return this.issue(command.scope)
      case 'ask':
        return this.ask(command.scope)
      case 'lapse':
        return this.pass(`update request set answer_by = now() - interval '1 second' where id = $1 and state = 'awaiting'
          and answer_by > now()`)
      case 'expire':
        return this.pass(`update permission_grant set expires = now() - interval '1 second' where request_id = $1
          and state = 'live' and expires > now()`)
      default:
        await around(command)
        return true
    }
  }

  private async submit(kind: Kind): Promise<boolean> {
    const by = await actorOf('requester')
    const answer = await submitRequest(by, actOf(by), formOf(kind))
    if (answer.ok) this.id = answer.value.id
    return answer.ok
  }

  private async byRequester(command: Command): Promise<boolean> {
    if (!this.id) return false
    const by = await actorOf('requester')
    const { rev, grant } = await demo.read(this.id)
    const requestId = this.id
    if (command.do === 'edit')
      return (await editRequest(by, actOf(by), { ...formOf(command.kind), requestId, rev })).ok
    if (command.do === 'withdraw') return (await withdrawRequest(by, actOf(by), { requestId })).ok
    if (!grant) return false
    const of = { grantId: grant.id }
    if (command.do === 'complete') return (await completeGrant(by, actOf(by), of)).ok
    return (await revokeGrant(by, actOf(by), { ...of, reason: '' })).ok
  }

  private async sign(verdict: 'approve' | 'deny', who: Who): Promise<boolean> {
    if (!this.id) return false
    const by = await actorOf(who)
    if (verdict === 'approve') return (await demo.approve(by, this.id)).ok
    const shown = await prepareSigning(by, actOf(by), { requestId: this.id, verdict })
    if (!shown.ok) return false
    const { nonce, digest } = shown.value
    const denied: Result<unknown> = await denyRequest(by, actOf(by), {
      ...{ requestId: this.id, nonce, digest, reason: 'No.' },
    })
    return denied.ok
  }

  private async narrow({ who, strike, thirds, uses }: Command & { do: 'narrow' }): Promise<boolean> {
    if (!this.id) return false
    const { scopes, durationSeconds } = await demo.read(this.id)
    const kept = scopes.filter(({ action }) => !strike || action !== EXTRA)
    const durationMinutes = (durationSeconds * thirds) / 180
    const changes = { scopeIds: kept.map(({ id }) => id), durationMinutes, uses: uses ?? undefined }
    return (await demo.approve(await actorOf(who), this.id, changes)).ok
  }

  private async issue(asked: 'main' | 'extra'): Promise<boolean> {
    const grant = this.id && (await demo.read(this.id)).grant
    const facts = grant && (await findIssueFacts(grant.id))
    if (!facts || factsProblem(facts)) return false
    const scopes = facts.scopes.filter(({ serverId }) => serverId === facts.scopes[0]?.serverId)
    const { decidedBy, decisions, refusal } = await askAtIssue(facts, facts.scopes, facts.grant.environment)
    if (refusal) return false
    const here = decisions.filter(({ scope }) => scopes.includes(scope))
    const ask = {
      act: { via: 'authority' } as const,
      id: newId('CredentialId'),
      facts,
      decidedBy,
      ...{ jkt: 'key', trustRev: (await findAuthorityRows()).trustRev },
    }
    const issued = (await issueCredential({ ...ask, decisions: here })).kind === 'issued'
    return issued && (asked === 'main' || facts.scopes.some(({ action }) => action === EXTRA))
  }

  private async ask(asked: 'main' | 'extra'): Promise<boolean> {
    const grant = this.id && (await demo.read(this.id)).grant
    const facts = grant && (await findIssueFacts(grant.id))
    const scope = facts?.scopes.find(({ action }) => (action === EXTRA) === (asked === 'extra'))
    const known = await findAuthorityRows()
    const server = scope && (await findServerClient(scope.serverIdentifier, known.groundsRev))
    if (!facts || !scope || !server) return false
    const asker = { call: CALL, known, server } as unknown as Asker
    const evaluation = {
      ...{ subject: { type: 'grant', id: facts.grant.id }, action: { name: scope.action } },
      resource: { type: 'resource', id: scope.resource },
    }
    return (await tellAsker(asker, await judgeEvaluation(asker, evaluation))).decision
  }

  private pass = async (sql: string): Promise<boolean> =>
    this.id !== null && (await run(sql, this.id)).rowCount === 1
}

async function around(command: Command): Promise<void> {
  if (command.do === 'disable')
    await run('update person set disabled = now() where subject = $1', SUBJECTS[command.who])
  if (command.do === 'join') await join(command.who, command.group)
  if (command.do === 'leave')
    await run(
      `delete from group_member m using approver_group g, person p
        where g.id = m.group_id and p.id = m.person_id and g.slug = $1 and p.subject = $2`,
      command.group,
      SUBJECTS[command.who],
    )
  if (command.do === 'policy')
    await run('update policy_in_force set version = $1', command.strict ? sets.strict : sets.usual)
  if (command.do === 'suspend' || command.do === 'resume')
    await run(`update agent set rev = rev + 1, suspended = ${command.do === 'suspend' ? 'now()' : 'null'}`)
}

async function tell(commands: readonly Command[]): Promise<void> {
  await beginAnew()
  const [told, reference] = [new Told(), new Reference()]
  const states: State[] = []
  for (const command of commands) {
    if (!reference.isPossible(command)) continue
    const at = `${JSON.stringify(command)} after ${states.join(' ')}`
    expect({ at, ...(await told.run(command)) }).toEqual({ at, ...reference.run(command) })
    states.push(reference.state)
  }
}

test(`the use cases do what ${STORIES} stories say`, async () => {
  await fc.assert(fc.asyncProperty(story(10), tell), { numRuns: STORIES, endOnFailure: true })
  await expectNothingHalfDone()
  await readOn(EMPTY_TRAIL)
})
