import type { Settings } from '@/lib/domain/settings'
import { databaseWait } from './database-wait'
import type { Plan } from './plan'
import { answers, databaseAnswers, requireFreePort, until } from './ready'
import type { Say } from './say'
import { keepRunning, type Running, runOnce, type Service } from './service'
import { watchDatabase } from './watchdog'

const DRAIN_MS = 15_000
/** Of the drain, what the database keeps for itself when the others took all they could. */
const DATABASE_DRAIN_MS = 3_000
const START_WITHIN_MS = 60_000
const WATCH_EVERY_MS = 5_000
const WATCH_PATIENCE_MS = 30_000

export type Installation = { started: Promise<void>; stop(): Promise<void>; killAll(): void }
export type Outlook = { say: Say; onGivenUp: (why: string) => void }

/** Starts every process in order. `stop` may be called at any time, also while it is still starting. */
export function startInstallation(settings: Settings, plan: Plan, outlook: Outlook): Installation {
  const over = new AbortController()
  const crew = gather(outlook, over.signal)
  const stop = async () => {
    over.abort(new Error('Stopped while starting.'))
    const before = Date.now()
    await Promise.all([...crew.others].map((each) => each.stop(DRAIN_MS - DATABASE_DRAIN_MS)))
    await crew.database?.stop(Math.max(DRAIN_MS - (Date.now() - before), DATABASE_DRAIN_MS))
  }
  return {
    started: start(settings, plan, crew, outlook.say, over.signal),
    stop,
    killAll: () => crew.killAll(),
  }
}

async function start(settings: Settings, plan: Plan, crew: Crew, say: Say, over: AbortSignal) {
  for (const { port, variable } of plan.ports) await requireFreePort(port, variable, settings.bind)
  over.throwIfAborted()
  const url = settings.databaseUrl ?? ''
  if (plan.database) crew.keepDatabase(plan.database)
  await waitForDatabase(url, plan.database ? null : say, over)
  await crew.once(plan.migrate)
  if (plan.seed) await crew.once(plan.seed)
  for (const service of plan.services) crew.keep(service)
  const opened = doors(settings, plan.services).map(([name, address]) =>
    until(name, () => isWanted(over, answers(address, over)), START_WITHIN_MS),
  )
  await Promise.all(opened)
  // Last, so that the link it prints works and stands where a person looks.
  if (plan.setup) await crew.once(plan.setup)
  if (plan.database) crew.watch(url)
}

/** Our own database is only starting; one that is served may refuse for a reason that somebody can mend. */
async function waitForDatabase(url: string, say: Say | null, over: AbortSignal) {
  const wait = say ? databaseWait(say) : null
  const asked = () => isWanted(over, databaseAnswers(url, 2_000, wait?.hear))
  await until('The database', asked, START_WITHIN_MS, wait?.why)
}

/** The processes of one installation: those to stop first, and the database they all need. */
function gather({ say, onGivenUp }: Outlook, over: AbortSignal) {
  const watcher = {
    say,
    onGivenUp: (service: Service, why: string) =>
      service.optional ? say.line(service.name, `${why} It stays stopped.`) : onGivenUp(why),
  }
  const kept: Running[] = []
  const crew = {
    others: new Set<Pick<Running, 'stop'>>(),
    database: undefined as Running | undefined,
    keepDatabase: (service: Service) => {
      crew.database = keepRunning(service, watcher)
      kept.push(crew.database)
    },
    keep: (service: Service) => {
      over.throwIfAborted()
      const running = keepRunning(service, watcher)
      kept.push(running)
      crew.others.add(running)
    },
    once: async (service: Service) => {
      over.throwIfAborted()
      const run = runOnce(service, say)
      crew.others.add(run)
      await run.done
      crew.others.delete(run)
    },
    watch: (url: string) => {
      const onHang = () => {
        say.line('database', 'does not answer and is ended')
        crew.database?.kill()
      }
      void watchDatabase({
        url,
        everyMs: WATCH_EVERY_MS,
        patienceMs: WATCH_PATIENCE_MS,
        onHang,
        signal: over,
      })
    },
    killAll: () => {
      for (const each of kept) each.kill()
    },
  }
  return crew
}
type Crew = ReturnType<typeof gather>

/** Who listens everywhere is asked on loopback. */
const ANYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

function doors(settings: Settings, services: readonly Service[]): [string, string][] {
  const here = ANYWHERE[settings.bind] ?? (settings.bind.includes(':') ? `[${settings.bind}]` : settings.bind)
  const all: [string, string, string][] = [
    ['console', 'The console', `http://${here}:${settings.consolePort}/sign-in`],
    ['authority', 'The authority', `http://${here}:${settings.authorityPort}/healthz`],
  ]
  const names = services.map(({ name }) => name)
  return all.filter(([name]) => names.includes(name)).map(([, label, address]) => [label, address])
}

/** A stop ends the waiting at once instead of after its minute. */
async function isWanted(over: AbortSignal, check: Promise<boolean>): Promise<boolean> {
  const isThere = await check.catch(() => false)
  return isThere || over.aborted
}
