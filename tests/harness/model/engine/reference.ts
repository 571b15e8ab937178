import {
  type Command,
  DEMANDS,
  type Demand,
  type Demanded,
  type Link,
  type Name,
  type Place,
} from './commands'

export type State = 'none' | 'awaiting' | 'lapsed' | 'denied' | 'live'
export type Step = { done: boolean; state: State }

type Vote = { stage: Place; from: Place; by: Name; for: Name | null; at: number; ways: Map<Name, string[]> }
type Deputy = {
  who: Name
  deputy: Name
  place: Place
  until: number
  over: boolean
  ways: Map<Name, string[]>
}

// Times are seconds.
const MINUTE = 60
const DAY = 24 * 60 * MINUTE
const DURATION = 30 * MINUTE
const DEPUTY_SECONDS = 200 * MINUTE

/**
 * The rules of stages once more, written without a look at the code. A signature stands on the ways its signer sat in
 * the group when it was signed: it falls when the last of those very ways is gone, and no new way raises it.
 */
export class Reference {
  state: State = 'none'
  /** The group the last signature was given from. */
  lastFrom: Place | null = null
  private now = 0
  private demand: Demand = 'ordered'
  private filed = 0
  private deadline = 0
  private votes: Vote[] = []
  private deputies: Deputy[] = []
  private opened = new Map<Place, number>()
  private seats = new Map<string, number>()
  private links: (Link & { at: number })[] = []
  private readonly disabled = new Set<Name>()

  constructor() {
    for (const [who, place] of START) this.seats.set(`${who} ${place}`, 0)
  }

  run(command: Command): Step {
    this.now += command.do === 'pass' ? command.minutes * MINUTE : 1
    if (this.state === 'awaiting' && this.now >= this.deadline) this.state = 'lapsed'
    const done = this.perform(command)
    return { done, state: this.state }
  }

  private perform(command: Command): boolean {
    switch (command.do) {
      case 'file':
        return this.file(command.demand)
      case 'sign':
        return this.sign(command.who, command.for)
      case 'deny':
        if (!this.placeOf(command.who, null)) return false
        this.state = 'denied'
        return true
      case 'name':
        return this.name(command)
      case 'end':
        return this.end(command.who, command.place)
      case 'issue':
        return (
          this.state === 'live' && !this.disabled.has('requester') && this.demanded().every(this.isClosed)
        )
      case 'nest':
        if (this.isInside(command.inner, command.outer) || this.links.some((one) => isSame(one, command)))
          return false
        this.links.push({ outer: command.outer, inner: command.inner, at: this.now })
        return true
      default:
        return this.around(command)
    }
  }

  private around(command: Command): boolean {
    if (command.do === 'disable') this.disabled.add(command.who)
    if (command.do === 'unnest') this.links = this.links.filter((one) => !isSame(one, command))
    if (command.do === 'leave') this.seats.delete(`${command.who} ${command.place}`)
    if (command.do === 'join' && !this.seats.has(`${command.who} ${command.place}`))
      this.seats.set(`${command.who} ${command.place}`, this.now)
    return true
  }

  private demanded = (): readonly Demanded[] => DEMANDS[this.demand]

  /** Whether `inner` holds `outer` already, or is it. */
  private isInside = (inner: Place, outer: Place): boolean =>
    inner === outer || this.links.some((one) => one.outer === inner && this.isInside(one.inner, outer))

  /** Every way by which somebody sits in a group now, each told from a later one like it. */
  private waysInto(who: Name, place: Place): string[] {
    if (this.disabled.has(who)) return []
    const seat = this.seats.get(`${who} ${place}`)
    const own = seat === undefined ? [] : [`${place}@${seat}`]
    return [
      ...own,
      ...this.links
        .filter(({ outer }) => outer === place)
        .flatMap(({ inner, at }) => this.waysInto(who, inner).map((way) => `${place}<${at}<${way}`)),
    ]
  }

  private waysOf = (people: readonly Name[], place: Place) =>
    new Map(people.map((who) => [who, this.waysInto(who, place)]))

  private holds = (ways: Map<Name, string[]>, place: Place) =>
    [...ways].every(([who, then]) => this.waysInto(who, place).some((way) => then.includes(way)))

  private isExcluded = (who: Name) => who === 'requester' || who === 'owner'

  private isCounted = (vote: Vote) => this.holds(vote.ways, vote.from) && vote.at >= this.now - DAY - DURATION

  private isClosed = ({ name, quorum }: Demanded): boolean =>
    this.votes.filter((vote) => vote.stage === name && this.isCounted(vote)).length >= quorum

  private open(): Demanded[] {
    const waiting = this.demanded().filter((stage) => !this.isClosed(stage))
    const first = Math.min(...waiting.map(({ order }) => order))
    return waiting.filter(({ order }) => order === first)
  }

  private startClocks(): void {
    const open = this.open()
    for (const { name } of open) if (!this.opened.has(name)) this.opened.set(name, this.now)
    const ends = open.map(
      ({ name, expiresMinutes = 24 * 60 }) => (this.opened.get(name) ?? 0) + expiresMinutes * MINUTE,
    )
    this.deadline = Math.min(this.filed + DAY, ...ends)
  }

  private file(demand: Demand): boolean {
    if (this.disabled.has('requester') || (this.state !== 'none' && this.state !== 'awaiting')) return false
    const couldSign = ({ name, escalate }: Demanded) =>
      SIGNERS.filter((who) => [name, escalate?.to ?? name].some((one) => this.waysInto(who, one).length > 0))
    if (DEMANDS[demand].some((stage) => couldSign(stage).length < stage.quorum)) return false
    this.demand = demand
    this.filed = this.now
    this.votes = []
    this.opened = new Map()
    this.state = 'awaiting'
    this.startClocks()
    return true
  }

  private fromWhere(stage: Demanded, who: Name, standsFor: Name | null): Place | null {
    const { name, escalate } = stage
    if (standsFor) return this.isDeputy(who, standsFor, name) ? name : null
    if (this.waysInto(who, name).length > 0) return name
    const opened = this.opened.get(name)
    const isLate = escalate && opened !== undefined && this.now >= opened + escalate.afterMinutes * MINUTE
    return isLate && this.waysInto(who, escalate.to).length > 0 ? escalate.to : null
  }

  private isDeputy = (who: Name, of: Name, place: Place) =>
    this.deputies.some(
      (one) =>
        one.deputy === who &&
        one.who === of &&
        one.place === place &&
        !one.over &&
        this.now < one.until &&
        this.holds(one.ways, place),
    )

  private placeOf(who: Name, standsFor: Name | null): { stage: Demanded; from: Place } | null {
    const people = standsFor ? [who, standsFor] : [who]
    if (this.state !== 'awaiting' || this.disabled.has(who) || people.some(this.isExcluded)) return null
    for (const stage of this.open()) {
      const from = this.fromWhere(stage, who, standsFor)
      const isTaken = this.votes.some(
        (vote) => vote.stage === stage.name && people.some((one) => one === vote.by || one === vote.for),
      )
      if (from && !isTaken) return { stage, from }
    }
    return null
  }

  private sign(who: Name, standsFor: Name | null): boolean {
    const found = this.placeOf(who, standsFor)
    if (!found || this.disabled.has('requester')) return false
    const people = standsFor ? [who, standsFor] : [who]
    const ways = this.waysOf(people, found.from)
    this.lastFrom = found.from
    this.votes.push({
      stage: found.stage.name,
      from: found.from,
      by: who,
      for: standsFor,
      at: this.now,
      ways,
    })
    if (this.open().length === 0) this.state = 'live'
    else this.startClocks()
    return true
  }

  private name({ who, deputy, place }: { who: Name; deputy: Name; place: Place }): boolean {
    const isIn = (one: Name) => this.waysInto(one, place).length > 0
    if (who === deputy || !isIn(who) || !isIn(deputy)) return false
    const running = this.deputies.filter((one) => one.place === place && !one.over && this.now < one.until)
    if (running.some((one) => one.who === who || one.deputy === who || one.who === deputy)) return false
    const ways = this.waysOf([who, deputy], place)
    const until = this.now + DEPUTY_SECONDS
    this.deputies.push({ who, deputy, place, until, over: false, ways })
    return true
  }

  private end(who: Name, place: Place): boolean {
    const found = this.deputies.find(
      (one) => one.who === who && one.place === place && !one.over && this.now < one.until,
    )
    if (found) found.over = true
    return found !== undefined
  }
}

const isSame = (a: Link, b: Link) => a.outer === b.outer && a.inner === b.inner

const SIGNERS: readonly Name[] = ['ann', 'bob', 'cid', 'dot']

export const START: readonly (readonly [Name, Place])[] = [
  ['ann', 'security'],
  ['bob', 'security'],
  ['owner', 'security'],
  ['ann', 'data-owners'],
  ['cid', 'data-owners'],
  ['dot', 'managers'],
  ['cid', 'on-call'],
]

export { DEPUTY_SECONDS, DURATION }
