import type { Actor } from '@/lib/domain/access'
import type { Agent } from '@/lib/domain/agent'
import { changeAgent } from '@/lib/domain/agent-change'
import { type Membership, satisfiedStages, signersOf, type Votable, validVotes } from '@/lib/domain/approval'
import {
  closesEveryStage,
  countersign,
  denial,
  type SignedVote,
  signedGrounds,
  termsSigned,
} from '@/lib/domain/countersign'
import { endGrant } from '@/lib/domain/grant'
import { type Grounds, groundsProblem, type LockedRows } from '@/lib/domain/grounds'
import {
  AgentId,
  ApprovalId,
  DecisionId,
  GrantId,
  PersonId,
  PolicySetVersion,
  RequestId,
  SignInId,
  TenantId,
} from '@/lib/domain/ids'
import { factsProblem, type IssueFacts, issueProblem } from '@/lib/domain/issue'
import { stageToSign } from '@/lib/domain/place'
import type { Answer } from '@/lib/domain/question'
import { fileRequest, filingProblem, type ScopeDecision, SubmitRequest } from '@/lib/domain/request'
import { type RequestRecord, termsOf, votableOf } from '@/lib/domain/request-record'
import { Scope } from '@/lib/domain/scope'
import { type Changes, stagesBeyond, termsLeft, termsToSign } from '@/lib/domain/signed-terms'
import { mergeStages, type Stage } from '@/lib/domain/stages'
import { requestStatus } from '@/lib/domain/status'
import { covers, coversUses, cutOf, ownChange, type Terms } from '@/lib/domain/terms'
import { afterUse } from '@/lib/domain/uses'
import { USUAL_HOURS } from '@/lib/domain/working-hours'
import {
  CAPS,
  type Command,
  GROUPS,
  type Group,
  KINDS,
  type Kind,
  THIRDS,
  WHO,
  type Who,
} from '@/tests/harness/model/commands'
import type { Given, State, Step } from '@/tests/harness/model/reference'

const TENANT = TenantId.parse('T-M0DE')
const SETS = { usual: PolicySetVersion.parse('a'.repeat(64)), strict: PolicySetVersion.parse('b'.repeat(64)) }
const IDS = Object.fromEntries(WHO.map((who, n) => [who, PersonId.parse(`P-WH0${n}`)])) as Record<
  Who,
  PersonId
>
const MINUTES = 30
const START = Date.parse('2026-03-02T10:00:00Z')

const scopeOf = (id: string) =>
  Scope.parse({
    ...{ id, tenantId: TENANT, action: 'a:b', resource: id, sensitivity: 2, dataDomain: 'd' },
    ...{ maxSeconds: 3600, serverId: 'S-0NE1', serverName: 's', serverIdentifier: 's', serverType: 't' },
  })
const SCOPE = { main: { ...scopeOf('X-0NE1'), asksOnline: true }, extra: scopeOf('X-0NE2') }
const SCOPES = [SCOPE.main, SCOPE.extra]
const ASKED: Terms = { scopes: SCOPES, durationSeconds: MINUTES * 60, uses: null, delegation: null }

const FORM = SubmitRequest.parse({
  ...{ agentId: 'A-0NE1', goal: 'g', scopeIds: SCOPES.map(({ id }) => id), durationMinutes: MINUTES },
  ...{ justification: 'j', environment: 'staging' },
})

const seatsOf = (...people: Who[]) => new Map(people.map((who) => [who, new Date(START)]))

/** One request through the pure decisions of the domain, in memory: gathers, decides and writes as the use cases do. */
export class System {
  private now = new Date(START)
  private kind: Kind = 'plain'
  private policy: keyof typeof SETS = 'usual'
  private agent: Agent = {
    ...{ id: AgentId.parse('A-0NE1'), tenantId: TENANT, slug: 'one', purpose: '', environments: ['staging'] },
    ...{ owners: [IDS.owner], suspended: null, identities: [], rev: 1 },
  }
  private request: RequestRecord | null = null
  private readonly disabled = new Set<Who>()
  private readonly groups: Record<Group, Map<Who, Date>> = {
    security: seatsOf('approver', 'second', 'owner'),
    'data-owners': seatsOf('approver', 'second'),
  }
  /** Every event of the trail, by type. */
  readonly events: string[] = []

  run(command: Command): Step {
    this.now = new Date(this.now.getTime() + 1000)
    const done = this.perform(command)
    const usesLeft = this.state() === 'live' ? (this.request?.grant?.usesLeft ?? null) : null
    return { done, state: this.state(), given: this.given(), usesLeft }
  }

  private given(): Given | null {
    const { request } = this
    const state = this.state()
    if (!request || (state !== 'awaiting' && state !== 'live')) return null
    const votable = votableOf({ ...request, agent: this.agent }, this.votingFacts(), this.now)
    const { scopes, durationSeconds, uses } =
      state === 'live' ? termsOf(request).granted : termsLeft(ASKED, votable)
    const thirds = THIRDS.find((n) => n * MINUTES * 20 === durationSeconds)
    if (!thirds || !scopes.includes(SCOPE.main)) throw new Error('This is no part of what was asked.')
    return { extra: scopes.includes(SCOPE.extra), thirds, uses: CAPS.find((cap) => cap === uses) ?? null }
  }

  state(): State {
    return this.request ? (requestStatus(this.request, this.request.grant, this.now) as State) : 'none'
  }

  private actor = (who: Who): Actor => ({
    ...{ personId: IDS[who], name: who, issuer: 'i', subject: who, signInId: SignInId.parse('I-0NE1') },
    ...{ signedInAt: this.now, tenantId: TENANT, tenantName: '', groups: [] },
    roles: who === 'requester' ? ['requester'] : ['approver', 'administrator'],
  })

  private memberships = (): Membership[] =>
    GROUPS.flatMap((group) =>
      [...this.groups[group]]
        .filter(([who]) => !this.disabled.has(who))
        .map(([who, added]) => ({
          ...{ tenantId: TENANT, stage: group, personId: IDS[who], selfGiven: false, added },
          row: `${group} ${IDS[who]} ${added.getTime()}`,
        })),
    )

  private votingFacts = () => ({
    memberships: this.memberships(),
    exclusions: {
      requester: { personId: IDS.requester, issuer: 'i', subject: 'requester' },
      ...{ agentOwners: this.agent.owners, sameAccount: [], grantedBy: [] },
    },
  })

  private answer(approvals: readonly string[]): Answer {
    const about = { policies: [], input: '', policySet: SETS[this.policy], errors: [] }
    const stages = this.policy === 'strict' ? null : KINDS[this.kind]
    if (stages === null) return { verdict: 'refused', stages: [], ...about }
    const left = stages
      .map(({ group, quorum }, order) => ({ name: group, quorum, order: order + 1, passkey: false }))
      .filter(({ name }) => !approvals.includes(name))
    return { verdict: left.length > 0 ? 'held' : 'allowed', stages: left, ...about }
  }

  private decide(
    { scopes, durationSeconds }: Pick<Terms, 'scopes' | 'durationSeconds'>,
    votes?: Omit<Votable, 'stages' | 'requestId' | 'agentId' | 'tenantId'>,
  ): ScopeDecision[] {
    const demands = this.answer([]).stages.map((stage) => ({ ...stage, tenantId: TENANT }))
    return scopes.map((scope) => {
      const of = { scopeId: scope.id, durationSeconds }
      const covering = votes && { ...votes, votes: votes.votes.filter(({ cut }) => covers(cut, of)) }
      const answer = this.answer(covering ? satisfiedStages(demands, TENANT, covering) : [])
      return { id: DecisionId.parse('D-0NE1'), scope, answer, inputDigest: '' }
    })
  }

  private locked(): LockedRows {
    const { agent, request } = this
    const rows = this.memberships().map(({ row }) => row)
    return {
      now: this.now,
      policyVersion: SETS[this.policy],
      tenants: new Map([[TENANT, { hoursRev: 0 }]]),
      people: new Map(WHO.map((who) => [IDS[who], { disabled: this.disabled.has(who) ? this.now : null }])),
      roles: new Map(WHO.map((who) => [IDS[who], this.actor(who).roles.map((role) => `${TENANT} ${role}`)])),
      memberships: new Set(rows),
      agents: new Map([[agent.id, agent]]),
      owners: new Map([[agent.id, agent.owners]]),
      servers: new Map([[SCOPE.main.serverId, { suspended: null }]]),
      scopes: new Map(SCOPES.map(({ id }) => [id, { retired: null }])),
      grants: new Map(request?.grant ? [[request.grant.id, request.grant]] : []),
    }
  }

  private holds = (grounds: Grounds) => groundsProblem(grounds, this.locked()) === null

  private perform(command: Command): boolean {
    switch (command.do) {
      case 'submit':
        return this.request === null && this.file(command.kind)
      case 'edit':
        return this.state() === 'awaiting' && this.file(command.kind)
      case 'approve':
        return this.approve(command.who, null)
      case 'narrow':
        return this.approve(command.who, {
          scopeIds: command.strike ? [SCOPE.main.id] : SCOPES.map(({ id }) => id),
          durationMinutes: (command.thirds * MINUTES) / 3,
          uses: command.uses ?? undefined,
        })
      case 'deny':
        return this.deny(command.who)
      case 'withdraw':
        if (!this.request || this.state() !== 'awaiting') return false
        this.request = { ...this.request, state: 'withdrawn' }
        return true
      case 'revoke':
      case 'complete':
        return this.end(command.do === 'revoke' ? 'revoked' : 'completed')
      case 'issue':
        return this.isLet(command.scope, 'issue')
      case 'ask':
        return this.isLet(command.scope, 'ask') && this.use()
      default:
        return this.around(command)
    }
  }

  private file(kind: Kind): boolean {
    const [kindBefore, { now, agent }] = [this.kind, this]
    const actor = this.actor('requester')
    if (filingProblem(FORM, agent, SCOPES)) return false
    this.kind = kind
    const decisions = this.decide(ASKED)
    const stages = mergeStages(decisions.map(({ scope, answer }) => ({ tenantId: scope.tenantId, answer })))
    if (stages.some((stage) => signersOf(stage, this.votingFacts()).length < stage.quorum)) {
      this.kind = kindBefore
      return false
    }
    const version = (this.request?.version ?? 0) + 1
    const of = { requestId: RequestId.parse('R-0NE1'), grantId: GrantId.parse('G-0NE1'), version }
    const policySet = SETS[this.policy]
    const filing = {
      actor,
      roles: actor.roles,
      input: FORM,
      agent,
      goalCategory: 'own',
      decisions,
      policySet,
      delegation: null,
      now,
      ...of,
    }
    const { result, events } = fileRequest(filing)
    if (!result.ok) return false
    this.remember(events)
    const { requestId: id, grant, ...filed } = result.value
    this.request = {
      ...{
        id,
        tenantId: TENANT,
        agent,
        templateId: null,
        templateName: null,
        filedFrom: null,
        proposedUnder: null,
        declineReason: null,
        goal: '',
      },
      ...{ goalCategory: '', justification: '', ticket: '', environment: 'staging', version, rev: 1 },
      ...{ durationSeconds: MINUTES * 60, policySet, filed: now, decided: null, digest: '', decisionIds: [] },
      ...{ coolsUntil: null, delegation: null },
      ...filed,
      requester: { id: IDS.requester, name: '', issuer: 'i', subject: 'requester' },
      scopes: SCOPES,
      approvals: this.request?.approvals ?? [],
      grant: null,
    }
    if (grant) this.open(grant, ASKED)
    return true
  }

  private open(grant: { id: GrantId; opened: Date; expires: Date }, terms: Terms): void {
    if (!this.request || this.request.grant) throw new Error('There are two grants.')
    const ended = { ended: null, endedBy: null, endReason: null }
    const record = {
      ...grant,
      ...ended,
      state: 'live',
      environment: 'staging',
      rev: 1,
      decisionIds: [],
    } as const
    const given = { scopeIds: terms.scopes.map(({ id }) => id), durationSeconds: terms.durationSeconds }
    const counted = { uses: terms.uses, usesLeft: terms.uses, delegation: terms.delegation }
    this.request = { ...this.request, grant: { ...record, ...given, ...counted, decisionIds: [] } }
  }

  private vote(who: Who, verdict: 'approve' | 'deny', changes: Changes | null): SignedVote | null {
    const { request, now } = this
    if (!request || this.state() !== 'awaiting') return null
    const actor = this.actor(who)
    const votable = votableOf({ ...request, agent: this.agent }, this.votingFacts(), now)
    const next = stageToSign(actor, votable, now)
    if ('code' in next) return null
    const { stage } = next
    const left = termsLeft(ASKED, votable)
    const chosen = termsToSign(left, changes)
    if (verdict === 'approve' && ('code' in chosen || (changes && this.isRefused(request, chosen.terms))))
      return null
    const terms = 'terms' in chosen ? chosen.terms : left
    const mine = { ...this.stored(stage, who, verdict), cut: cutOf(ASKED, terms) }
    return {
      ...{ actor, place: next, now, approvalId: mine.id, digest: '', passkey: null },
      ...{ change: ownChange(left, terms), note: '' },
      request: { ...request, agent: this.agent },
      votable: { ...votable, votes: [...votable.votes, ...(verdict === 'approve' ? [mine] : [])] },
    }
  }

  private isRefused(request: RequestRecord, terms: Terms): boolean {
    const decisions = this.decide(terms)
    const stages = mergeStages(decisions.map(({ scope, answer }) => ({ tenantId: scope.tenantId, answer })))
    const refused = decisions.some(({ answer }) => answer.verdict === 'refused')
    return refused || stagesBeyond(request.stages, stages).length > 0
  }

  private stored = (stage: Stage, who: Who, verdict: 'approve' | 'deny') => ({
    ...{
      id: ApprovalId.parse('V-0NE1'),
      personId: IDS[who],
      personName: '',
      deputyForName: null,
      tenantId: TENANT,
      verdict,
    },
    ...{ stage: stage.name, version: this.request?.version ?? 0, signed: this.now, reason: null },
    ...{ digest: '', preimage: '', passkey: false, sameDevice: false, cut: null, note: null },
  })

  private approve(who: Who, changes: Changes | null): boolean {
    const vote = this.vote(who, 'approve', changes)
    if (!vote || !this.request || this.agent.suspended) return false
    const decisions = closesEveryStage(vote) ? this.decide(termsSigned(vote), vote.votable) : []
    const { result, events } = countersign(vote, decisions, GrantId.parse('G-0NE1'))
    if (!result.ok || !this.holds(signedGrounds(vote, SETS[this.policy]))) return false
    this.remember(events)
    const { state, stages, grant, terms } = result.value
    const cut = vote.votable.votes.at(-1)?.cut ?? null
    const approvals = [...this.request.approvals, { ...this.stored(vote.place.stage, who, 'approve'), cut }]
    this.request = { ...this.request, state, stages, approvals }
    if (grant) this.open(grant, terms)
    return true
  }

  private deny(who: Who): boolean {
    const vote = this.vote(who, 'deny', null)
    if (!vote || !this.request) return false
    this.remember(denial(vote, 'No.').events)
    this.request = { ...this.request, state: 'denied' }
    return true
  }

  private end(to: 'completed' | 'revoked'): boolean {
    const { request, now } = this
    if (!request?.grant) return false
    const of = { request, grant: request.grant }
    const { result, events } = endGrant(this.actor('requester'), of, to, { reason: null, now })
    if (!result.ok) return false
    this.remember(events)
    this.request = { ...request, grant: { ...request.grant, ...result.value } }
    return true
  }

  private use(): boolean {
    const { request } = this
    const after = request?.grant && afterUse(request.grant.usesLeft)
    if (!request?.grant || !after) return false
    this.request = { ...request, grant: { ...request.grant, usesLeft: after.left } }
    return true
  }

  private isLet(asked: 'main' | 'extra', act: 'issue' | 'ask'): boolean {
    const { request, agent, now } = this
    if (!request?.grant) return false
    const { scopes, durationSeconds, uses } = termsOf(request).granted
    if (!scopes.includes(SCOPE[asked])) return false
    const votes = request.approvals.filter(({ version }) => version === request.version)
    const memberships = this.memberships().filter(({ personId }) =>
      votes.some((vote) => vote.personId === personId),
    )
    const facts: IssueFacts = {
      ...{
        now,
        policyVersion: SETS[this.policy],
        agent,
        votes,
        memberships,
        sameAccount: [],
        stopped: [],
        above: [],
        hours: USUAL_HOURS,
        hoursRev: 0,
        grantedBy: [],
        scopes,
      },
      grant: { ...request.grant, requestId: request.id, tenantId: TENANT, status: null },
      request: { ...request, breakGlass: false },
      requester: {
        ...{ id: IDS.requester, issuer: 'i', subject: 'requester', roles: ['requester'] },
        disabled: this.disabled.has('requester') ? now : null,
      },
    }
    if (factsProblem(facts)) return false
    const { exclusions } = this.votingFacts()
    const counted = validVotes(votes, request.durationSeconds, now).filter(({ cut }) => coversUses(cut, uses))
    const question = { scopes: [SCOPE[asked]], durationSeconds, uses }
    const { version } = request
    const decisions = this.decide(question, { version, votes: counted, memberships, exclusions })
    if (decisions.some(({ answer }) => answer.verdict !== 'allowed')) return false
    const issue = { facts, decidedBy: SETS[this.policy], scopes: question.scopes }
    if (issueProblem(issue, this.locked())) return false
    if (act === 'issue') this.events.push('credential.issued')
    return true
  }

  private around(command: Command): boolean {
    if (command.do === 'lapse' || command.do === 'expire') return this.pass(command.do)
    if (command.do === 'disable') this.disabled.add(command.who)
    if (command.do === 'leave') this.groups[command.group].delete(command.who)
    if (command.do === 'join' && !this.groups[command.group].has(command.who))
      this.groups[command.group].set(command.who, this.now)
    if (command.do === 'policy') this.policy = command.strict ? 'strict' : 'usual'
    if (command.do === 'suspend' || command.do === 'resume') {
      const facts = { reason: '', now: this.now }
      const { result } = changeAgent(this.actor('owner'), this.agent, command.do, facts)
      if (result.ok) this.agent = { ...this.agent, ...result.value, rev: this.agent.rev + 1 }
    }
    return true
  }

  private pass(what: 'lapse' | 'expire'): boolean {
    const until = what === 'lapse' ? this.request?.answerBy : this.request?.grant?.expires
    if (!until || this.state() !== (what === 'lapse' ? 'awaiting' : 'live')) return false
    this.now = new Date(until)
    return true
  }

  private remember = (events: readonly { type: string }[]) => {
    this.events.push(...events.map(({ type }) => type))
  }
}
