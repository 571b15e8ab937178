import type { Agent } from '@/lib/domain/agent'
import { everSignersOf, type Membership, satisfiedStages, validVotes } from '@/lib/domain/approval'
import { countersign } from '@/lib/domain/countersign'
import { type Deputyship, isRunning, type NameDeputy, namingProblem } from '@/lib/domain/deputy'
import {
  AgentId,
  ApprovalId,
  DecisionId,
  DeputyId,
  GrantId,
  GroupId,
  PersonId,
  PolicySetVersion,
  RequestId,
  SignInId,
  TenantId,
} from '@/lib/domain/ids'
import { makesCycle, type Nesting, reachOf } from '@/lib/domain/nesting'
import { type Standing, stageToSign } from '@/lib/domain/place'
import type { Answer, StageDemand } from '@/lib/domain/question'
import { fileRequest, type ScopeDecision, SubmitRequest } from '@/lib/domain/request'
import { type RequestRecord, termsOf, votableOf } from '@/lib/domain/request-record'
import { Scope } from '@/lib/domain/scope'
import { mergeStages } from '@/lib/domain/stages'
import { requestStatus } from '@/lib/domain/status'
import { ownChange } from '@/lib/domain/terms'
import {
  type Command,
  DEMANDS,
  type Demand,
  type Demanded,
  type Name,
  PEOPLE,
  PLACES,
  type Place,
} from '@/tests/harness/model/engine/commands'
import {
  DEPUTY_SECONDS,
  DURATION,
  START,
  type State,
  type Step,
} from '@/tests/harness/model/engine/reference'

const TENANT = TenantId.parse('T-M0DE')
const SET = PolicySetVersion.parse('a'.repeat(64))
const BEGIN = Date.parse('2026-03-02T00:00:00Z')
const idOf = Object.fromEntries(PEOPLE.map((name, n) => [name, PersonId.parse(`P-WH0${n}`)])) as Record<
  Name,
  PersonId
>
const groupOf = Object.fromEntries(PLACES.map((place, n) => [place, GroupId.parse(`U-WH0${n}`)])) as Record<
  Place,
  GroupId
>
const SCOPE = Scope.parse({
  ...{ id: 'X-0NE1', tenantId: TENANT, action: 'a:b', resource: 'r', sensitivity: 2, dataDomain: 'd' },
  ...{ maxSeconds: 3600, serverId: 'S-0NE1', serverName: 's', serverIdentifier: 's', serverType: 't' },
})
const FORM = SubmitRequest.parse({
  ...{ agentId: 'A-0NE1', goal: 'g', scopeIds: [SCOPE.id], durationMinutes: DURATION / 60 },
  ...{ justification: 'j', environment: 'staging' },
})
const AGENT: Agent = {
  ...{ id: AgentId.parse('A-0NE1'), tenantId: TENANT, slug: 'one', purpose: '', environments: ['staging'] },
  ...{ owners: [idOf.owner], suspended: null, identities: [], rev: 1 },
}

const demandOf = ({ name, quorum, order, expiresMinutes, escalate }: Demanded): StageDemand => ({
  ...{ name, quorum, order, passkey: false },
  ...(expiresMinutes === undefined ? {} : { expiresSeconds: expiresMinutes * 60 }),
  ...(escalate ? { escalate: { to: escalate.to, afterSeconds: escalate.afterMinutes * 60 } } : {}),
})

/** The stages of one request through the pure decisions of the domain, in memory. */
export class System {
  private now = new Date(BEGIN)
  private demand: Demand = 'ordered'
  private request: RequestRecord | null = null
  private readonly disabled = new Set<Name>()
  private readonly seats = new Map<string, { who: Name; place: Place; added: Date }>()
  private nestings: Nesting[] = []
  private deputies: Deputyship[] = []

  constructor() {
    for (const [who, place] of START) this.seats.set(`${who} ${place}`, { who, place, added: this.now })
  }

  run(command: Command): Step {
    const seconds = command.do === 'pass' ? command.minutes * 60 : 1
    this.now = new Date(this.now.getTime() + seconds * 1000)
    const done = this.perform(command)
    return { done, state: this.state() }
  }

  private state = (): State =>
    this.request ? (requestStatus(this.request, null, this.now).replace('granted', 'live') as State) : 'none'

  private perform(command: Command): boolean {
    switch (command.do) {
      case 'file':
        return this.file(command.demand)
      case 'sign':
        return this.sign(command.who, command.for)
      case 'deny':
        return this.deny(command.who)
      case 'name':
        return this.name(command)
      case 'end':
        return this.end(command.who, command.place)
      case 'issue':
        return this.issue()
      case 'nest':
      case 'unnest':
        return this.renest(command)
      case 'disable':
        this.disabled.add(command.who)
        return true
      case 'leave':
        this.seats.delete(`${command.who} ${command.place}`)
        return true
      case 'join':
        return this.join(command.who, command.place)
      case 'pass':
        return true
    }
  }

  private join(who: Name, place: Place): boolean {
    const key = `${who} ${place}`
    if (!this.seats.has(key)) this.seats.set(key, { who, place, added: this.now })
    return true
  }

  private renest(command: Extract<Command, { outer: Place }>): boolean {
    const link = { outerId: groupOf[command.outer], innerId: groupOf[command.inner] }
    const is = (one: Nesting) => one.outerId === link.outerId && one.innerId === link.innerId
    if (command.do === 'unnest') this.nestings = this.nestings.filter((one) => !is(one))
    else if (this.nestings.some(is) || makesCycle(this.nestings, link)) return false
    else this.nestings.push({ ...link, addedBy: 'setup', added: this.now })
    return true
  }

  // As the database's reader does: the seat itself, and the same in everything its group is inside of.
  private memberships(): Membership[] {
    const reach = reachOf(this.nestings)
    const slug = (id: GroupId) => PLACES.find((place) => groupOf[place] === id) ?? ''
    return [...this.seats.values()]
      .filter(({ who }) => !this.disabled.has(who))
      .flatMap(({ who, place, added }) => {
        const own = { tenantId: TENANT, personId: idOf[who], selfGiven: false, row: `${who} ${place}` }
        const outer = reach.filter(({ innerId }) => innerId === groupOf[place])
        return [
          { ...own, stage: place, added },
          ...outer.map(({ outerId, since }) => ({
            ...own,
            stage: slug(outerId),
            added: since > added ? since : added,
          })),
        ]
      })
  }

  private votingFacts = () => ({
    memberships: this.memberships(),
    exclusions: {
      requester: { personId: idOf.requester, issuer: 'i', subject: 'requester' },
      ...{ agentOwners: AGENT.owners, sameAccount: [], grantedBy: [] },
    },
  })

  private answer = (approvals: readonly string[]): Answer => {
    const stages = DEMANDS[this.demand].map(demandOf).filter(({ name }) => !approvals.includes(name))
    const about = { policies: [], input: '', policySet: SET, errors: [] }
    return { verdict: stages.length > 0 ? 'held' : 'allowed', stages, ...about }
  }

  private decide(approvals: readonly string[] = []): ScopeDecision[] {
    return [{ id: DecisionId.parse('D-0NE1'), scope: SCOPE, answer: this.answer(approvals), inputDigest: '' }]
  }

  private actor = (who: Name) => ({
    ...{ personId: idOf[who], name: who, issuer: 'i', subject: who, signInId: SignInId.parse('I-0NE1') },
    ...{ signedInAt: this.now, tenantId: TENANT, tenantName: '', groups: [], roles: ['approver'] as const },
  })

  private file(demand: Demand): boolean {
    const before = this.demand
    if (this.disabled.has('requester') || (this.request && this.state() !== 'awaiting')) return false
    this.demand = demand
    const stages = mergeStages([{ tenantId: TENANT, answer: this.answer([]) }])
    if (stages.some((stage) => everSignersOf(stage, this.votingFacts()).length < stage.quorum)) {
      this.demand = before
      return false
    }
    const { result } = fileRequest({
      ...{
        actor: this.actor('requester'),
        roles: ['requester'],
        input: FORM,
        agent: AGENT,
        goalCategory: '',
      },
      ...{
        decisions: this.decide(),
        policySet: SET,
        now: this.now,
        version: (this.request?.version ?? 0) + 1,
      },
      ...{ requestId: RequestId.parse('R-0NE1'), grantId: GrantId.parse('G-0NE1'), delegation: null },
    })
    if (!result.ok) return false
    const { requestId: id, grant: _, ...filed } = result.value
    this.request = {
      ...{
        id,
        tenantId: TENANT,
        agent: AGENT,
        templateId: null,
        templateName: null,
        filedFrom: null,
        proposedUnder: null,
        declineReason: null,
        goal: '',
      },
      ...{ goalCategory: '', justification: '', ticket: '', environment: 'staging', rev: 1, digest: '' },
      ...{ durationSeconds: DURATION, policySet: SET, filed: this.now, decided: null, decisionIds: [] },
      ...{
        version: (this.request?.version ?? 0) + 1,
        coolsUntil: null,
        delegation: null,
        grant: null,
        scopes: [SCOPE],
      },
      ...filed,
      requester: { id: idOf.requester, name: '', issuer: 'i', subject: 'requester' },
      approvals: this.request?.approvals ?? [],
    }
    return true
  }

  private standing(who: Name, standsFor: Name | null): Standing | null {
    if (!standsFor) return null
    const running = this.deputies.filter(
      (one) => one.deputyId === idOf[who] && one.personId === idOf[standsFor] && isRunning(one, this.now),
    )
    return { personId: idOf[standsFor], in: running }
  }

  private place(who: Name, standsFor: Name | null) {
    const { request, now } = this
    if (!request || this.state() !== 'awaiting' || this.disabled.has(who)) return null
    const votable = votableOf(request, this.votingFacts(), now)
    const place = stageToSign(this.actor(who), votable, now, this.standing(who, standsFor))
    return 'code' in place ? null : { request, votable, place }
  }

  private deny(who: Name): boolean {
    const found = this.place(who, null)
    if (found) this.request = { ...found.request, state: 'denied' }
    return found !== null
  }

  private sign(who: Name, standsFor: Name | null): boolean {
    const found = this.place(who, standsFor)
    if (!found || this.disabled.has('requester')) return false
    const { request, votable, place } = found
    const vote = {
      ...{ id: ApprovalId.parse('V-0NE1'), personId: idOf[who], personName: '', tenantId: TENANT },
      ...{ verdict: 'approve' as const, stage: place.stage.name, version: request.version, signed: this.now },
      ...{ deputyFor: place.deputyFor, escalatedTo: place.escalatedTo, deputyForName: null },
      ...{ reason: null, digest: '', preimage: '', passkey: false, sameDevice: false, cut: null, note: null },
    }
    const votes = { ...votable, votes: [...votable.votes, vote] }
    const demands = mergeStages([{ tenantId: TENANT, answer: this.answer([]) }])
    const satisfied = satisfiedStages(demands, TENANT, votes)
    const decisions = satisfied.length === demands.length ? this.decide(satisfied) : []
    const signed = {
      ...{ actor: this.actor(who), request, votable: votes, place, approvalId: vote.id },
      ...{ digest: '', passkey: null, now: this.now, note: '' },
      ...{ change: ownChange(termsOf(request).asked, termsOf(request).asked) },
    }
    const { result } = countersign(signed, decisions, GrantId.parse('G-0NE1'))
    if (!result.ok) return false
    const { state, stages, answerBy, nextMark } = result.value
    this.request = {
      ...{ ...request, state, approvals: [...request.approvals, vote] },
      ...(state === 'awaiting' ? { stages, answerBy, nextMark } : {}),
    }
    return true
  }

  private issue(): boolean {
    const { request, now } = this
    if (this.state() !== 'live' || !request || this.disabled.has('requester')) return false
    const votes = validVotes(request.approvals, request.durationSeconds, now)
    const demands = mergeStages([{ tenantId: TENANT, answer: this.answer([]) }])
    const facts = { ...this.votingFacts(), votes, version: request.version }
    return satisfiedStages(demands, TENANT, facts).length === demands.length
  }

  private name({ who, deputy, place }: { who: Name; deputy: Name; place: Place }): boolean {
    const { now } = this
    const until = new Date(now.getTime() + DEPUTY_SECONDS * 1000)
    const input: NameDeputy = { deputy: [groupOf[place], idOf[deputy]], from: now, until }
    const inGroup = this.memberships().flatMap((seat) => (seat.stage === place ? [seat.personId] : []))
    const others = this.deputies.filter(
      (one) => one.groupId === groupOf[place] && one.ended === null && one.from < until && one.until > now,
    )
    if (namingProblem(idOf[who], input, { inGroup, others, now })) return false
    this.deputies.push({
      ...{ id: DeputyId.parse(`Y-0NE${this.deputies.length}`), tenantId: TENANT, groupId: groupOf[place] },
      ...{
        stage: place,
        personId: idOf[who],
        deputyId: idOf[deputy],
        from: now,
        until,
        named: now,
        ended: null,
      },
    })
    return true
  }

  private end(who: Name, place: Place): boolean {
    const found = this.deputies.find(
      (one) => one.personId === idOf[who] && one.stage === place && isRunning(one, this.now),
    )
    if (found) found.ended = this.now
    return found !== undefined
  }
}
