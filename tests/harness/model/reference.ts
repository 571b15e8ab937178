import {
  type Command,
  type Group,
  KINDS,
  type Kind,
  type ModelCap,
  THIRDS,
  type Thirds,
  type Who,
} from './commands'

export type State =
  | 'none'
  | 'awaiting'
  | 'refused'
  | 'denied'
  | 'withdrawn'
  | 'lapsed'
  | 'live'
  | 'completed'
  | 'revoked'
  | 'expired'

/** What is left of what was asked: with the extra scope or without, how many thirds of the time, how many uses. */
export type Given = { extra: boolean; thirds: Thirds; uses: ModelCap }

/** What happened to one command, where it left the request, and what it gives or would give. */
export type Step = { done: boolean; state: State; given: Given | null; usesLeft: number | null }

const ALL: Given = { extra: true, thirds: 3, uses: null }

const both = (a: Given, b: Given): Given => ({
  extra: a.extra && b.extra,
  thirds: THIRDS.find((n) => n === a.thirds || n === b.thirds) ?? 1,
  uses: ([1, 2] as const).find((n) => n === a.uses || n === b.uses) ?? null,
})

const EXCLUDED: readonly Who[] = ['requester', 'owner']
const ACTS_OF_REQUESTER: readonly Command['do'][] = ['submit', 'edit', 'withdraw', 'revoke', 'complete']

/**
 * The rules of the house once more, written without a look at the code: one request, its votes, its grant. Every
 * command answers whether it is done, and everything that is over stays over.
 */
export class Reference {
  state: State = 'none'
  private kind: Kind = 'plain'
  /** What each signature said yes to. */
  private votes = new Map<string, Given>()
  private granted: Given = ALL
  private usesLeft: number | null = null
  /** Votes that fell with a seat. They do not come back with it. */
  private fallen = new Set<string>()
  private suspended = false
  private strict = false
  private readonly disabled = new Set<Who>()
  private readonly groups: Record<Group, Set<Who>> = {
    security: new Set(['approver', 'second', 'owner']),
    'data-owners': new Set(['approver', 'second']),
  }

  /** Nobody who is disabled has a sign-in to act with. */
  isPossible(command: Command): boolean {
    if ('who' in command && this.disabled.has(command.who))
      return command.do === 'leave' || command.do === 'join'
    return !(ACTS_OF_REQUESTER.includes(command.do) && this.disabled.has('requester'))
  }

  run(command: Command): Step {
    const done = this.perform(command)
    const usesLeft = this.state === 'live' ? this.usesLeft : null
    return { done, state: this.state, given: this.given(), usesLeft }
  }

  private maySign = (who: Who, group: Group) =>
    this.groups[group].has(who) && !this.disabled.has(who) && !EXCLUDED.includes(who)

  private stages = () => KINDS[this.kind] ?? []

  private isClosed = ({ group, quorum }: { group: Group; quorum: number }) =>
    [...this.groups[group]].filter((who) => this.maySign(who, group) && this.counts(`${group} ${who}`))
      .length >= quorum

  private counts = (vote: string) => this.votes.has(vote) && !this.fallen.has(vote)

  private countedVotes = (): Given[] =>
    this.stages().flatMap(({ group }) =>
      [...this.groups[group]].flatMap((who) => {
        const vote = this.votes.get(`${group} ${who}`)
        return vote && this.maySign(who, group) && this.counts(`${group} ${who}`) ? [vote] : []
      }),
    )

  private left = (): Given => this.countedVotes().reduce(both, ALL)

  private given(): Given | null {
    if (this.state === 'awaiting') return this.left()
    return this.state === 'live' ? this.granted : null
  }

  private openStage = () => this.stages().find((stage) => !this.isClosed(stage))

  private canSign(who: Who): Group | null {
    const open = this.openStage()
    if (this.state !== 'awaiting' || !open) return null
    return this.maySign(who, open.group) && !this.votes.has(`${open.group} ${who}`) ? open.group : null
  }

  private perform(command: Command): boolean {
    switch (command.do) {
      case 'submit':
        return this.state === 'none' && this.file(command.kind)
      case 'edit':
        return this.state === 'awaiting' && this.file(command.kind)
      case 'approve':
        return this.approve(command.who, this.left())
      case 'narrow':
        return this.narrow(command.who, {
          extra: !command.strike,
          thirds: command.thirds,
          uses: command.uses ?? this.left().uses,
        })
      case 'deny':
        return this.canSign(command.who) !== null && this.to('denied')
      case 'withdraw':
        return this.state === 'awaiting' && this.to('withdrawn')
      case 'lapse':
        return this.state === 'awaiting' && this.to('lapsed')
      case 'expire':
        return this.state === 'live' && this.to('expired')
      case 'revoke':
        return this.state === 'live' && this.to('revoked')
      case 'complete':
        return this.state === 'live' && this.to('completed')
      case 'issue':
        return this.mayIssue() && (command.scope === 'main' || this.granted.extra)
      case 'ask':
        return this.mayIssue() && (command.scope === 'main' || this.granted.extra) && this.use()
      default:
        return this.around(command)
    }
  }

  private to(state: State): true {
    this.state = state
    return true
  }

  private file(kind: Kind): boolean {
    const stages = KINDS[kind]
    if (this.suspended) return false
    const isRefused = stages === null || this.strict
    const signers = (group: Group) => [...this.groups[group]].filter((who) => this.maySign(who, group)).length
    if (!isRefused && stages.some(({ group, quorum }) => signers(group) < quorum)) return false
    this.kind = kind
    this.votes = new Map()
    this.granted = ALL
    this.usesLeft = null
    this.fallen = new Set()
    return this.to(isRefused ? 'refused' : stages.length === 0 ? 'live' : 'awaiting')
  }

  private approve(who: Who, signed: Given): boolean {
    const group = this.canSign(who)
    if (group === null || this.suspended || this.disabled.has('requester')) return false
    this.votes.set(`${group} ${who}`, signed)
    if (this.openStage()) return true
    this.granted = this.left()
    this.usesLeft = this.granted.uses
    this.state = this.strict ? 'refused' : 'live'
    return true
  }

  /** Less than what is left, never more, and nothing that policy refuses. */
  private narrow(who: Who, wanted: Given): boolean {
    const left = this.left()
    const isMoreOften = left.uses !== null && (wanted.uses === null || wanted.uses > left.uses)
    const isMore = (wanted.extra && !left.extra) || wanted.thirds > left.thirds || isMoreOften
    const isSame = wanted.extra === left.extra && wanted.thirds === left.thirds && wanted.uses === left.uses
    return !isMore && !isSame && !this.strict && this.approve(who, wanted)
  }

  /** Only an allowed question is a use, and the last one is the last. */
  private use(): boolean {
    if (this.usesLeft === 0) return false
    if (this.usesLeft !== null) this.usesLeft -= 1
    return true
  }

  private mayIssue(): boolean {
    const isStopped = this.suspended || this.strict || this.disabled.has('requester')
    return this.state === 'live' && !isStopped && !this.openStage()
  }

  private leave(group: Group, who: Who): void {
    this.groups[group].delete(who)
    if (this.votes.has(`${group} ${who}`)) this.fallen.add(`${group} ${who}`)
  }

  private around(command: Command): boolean {
    if (command.do === 'disable') this.disabled.add(command.who)
    if (command.do === 'leave') this.leave(command.group, command.who)
    if (command.do === 'join') this.groups[command.group].add(command.who)
    if (command.do === 'policy') this.strict = command.strict
    if (command.do === 'suspend' || command.do === 'resume') this.suspended = command.do === 'suspend'
    return true
  }
}
