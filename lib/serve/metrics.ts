import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EventOutcome, EventType } from '@/lib/domain/events'
import type { Service } from './log'

/** What one answered request adds to the figures. Labels come from closed lists: never an id, never a raw path. */
export type Answered = { route: string; status: number; seconds: number; reason?: string | undefined }

export type Figures = {
  readTrailHead: () => Promise<number>
  readConnections: () => { open: number; idle: number; waiting: number }
  /** Signed proofs that may repeat, by kind: how many were asked about, and how many of them were known. */
  readProofs?: () => Readonly<Record<string, Kept>>
  /** Policy's answers at issue and to resource servers: how many were wanted, and how many had been given before. */
  readAnswers?: () => Kept
}

type Kept = { asked: number; kept: number }

export type Metrics = {
  answered: (request: Answered) => void
  committed: (told: { acts: number; events: readonly { type: EventType; outcome: EventOutcome }[] }) => void
  text: () => Promise<string>
  contentType: string
  /** Hands the figures to the process that leads this one, which shows those of all together. */
  share: () => void
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const ACTS = [1, 2, 4, 8, 16, 32, 64, 128, 256]

/** The figures of one process, in the Prometheus text format. */
export function openMetrics(service: Service, figures: Figures): Metrics {
  const registry = new Registry()
  const registers = [registry]
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'countersign_http_requests_total',
    help: 'Requests that were answered, by route and status.',
    ...{ labelNames: ['route', 'status'], registers },
  })
  const durations = new Histogram({
    name: 'countersign_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by route.',
    ...{ labelNames: ['route'], buckets: SECONDS, registers },
  })
  const refusals = new Counter({
    name: 'countersign_refusals_total',
    help: 'Requests refused by the authority, by reason.',
    ...{ labelNames: ['reason'], registers },
  })
  const events = new Counter({
    name: 'countersign_trail_events_total',
    help: 'Entries this process has added to the trail, by event and outcome.',
    ...{ labelNames: ['type', 'outcome'], registers },
  })
  const acts = new Histogram({
    name: 'countersign_commit_acts',
    help: 'How many acts one transaction stored together.',
    ...{ buckets: ACTS, registers },
  })
  addFigures(registry, figures)
  return {
    answered: ({ route, status, seconds, reason }) => {
      requests.inc({ route, status })
      durations.observe({ route }, seconds)
      if (reason) refusals.inc({ reason })
    },
    committed: (told) => {
      if (told.events.length === 0) return
      acts.observe(told.acts)
      // Most of a batch are of one kind: counted first, and once each.
      const kinds = new Map<string, { type: EventType; outcome: EventOutcome; count: number }>()
      for (const { type, outcome } of told.events) {
        const kind = kinds.get(`${type} ${outcome}`)
        if (kind) kind.count += 1
        else kinds.set(`${type} ${outcome}`, { type, outcome, count: 1 })
      }
      for (const { type, outcome, count } of kinds.values()) events.inc({ type, outcome }, count)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    share: () => {
      AggregatorRegistry.setRegistries([registry])
      new AggregatorRegistry()
    },
  }
}

/** What is read when somebody asks. A database that is away leaves the head at its last value. */
function addFigures(registry: Registry, figures: Figures): void {
  const { readTrailHead, readConnections, readProofs, readAnswers } = figures
  const registers = [registry]
  if (readProofs) addProofs(registry, readProofs)
  if (readAnswers) addAnswers(registry, readAnswers)
  new Gauge({
    name: 'countersign_trail_entries',
    help: 'Entries of the trail.',
    // Of one server's processes, the one that saw most.
    ...{ aggregator: 'max', registers },
    async collect() {
      const head = await readTrailHead().catch(() => null)
      if (head !== null) this.set(head)
    },
  })
  new Gauge({
    name: 'countersign_database_connections',
    help: 'Connections of this process to the database, by state.',
    ...{ labelNames: ['state'], registers },
    collect() {
      for (const [state, count] of Object.entries(readConnections())) this.set({ state }, count)
    },
  })
}

function addProofs(registry: Registry, readProofs: NonNullable<Figures['readProofs']>): void {
  new Counter({
    name: 'countersign_proofs_total',
    help: 'Workload JWTs and mandates that came, by whether they were verified within the last minute.',
    ...{ labelNames: ['proof', 'kept'], registers: [registry] },
    collect() {
      this.reset()
      for (const [proof, { asked, kept }] of Object.entries(readProofs())) {
        this.inc({ proof, kept: 'yes' }, kept)
        this.inc({ proof, kept: 'no' }, asked - kept)
      }
    },
  })
}

function addAnswers(registry: Registry, readAnswers: NonNullable<Figures['readAnswers']>): void {
  new Counter({
    name: 'countersign_answers_total',
    help: 'Answers of policy at issue and to resource servers, by whether it had given them within the minute.',
    ...{ labelNames: ['kept'], registers: [registry] },
    collect() {
      const { asked, kept } = readAnswers()
      this.reset()
      this.inc({ kept: 'yes' }, kept)
      this.inc({ kept: 'no' }, asked - kept)
    },
  })
}
