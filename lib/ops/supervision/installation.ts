import { listeners, type Settings } from '@/lib/domain/settings'
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
export function startInstallation(settings: Settings, plan: Plan, { say, onGivenUp }: Outlook): Installation {
  const over = new AbortController()
  const watcher = {
    say,
    onGivenUp: (service: Service, why: string) =>
      service.optional ? say.line(service.name, `${why} It stays stopped.`) : onGivenUp(why),
  }
  let database: Running | undefined
  const running: Pick<Running, 'stop'>[] = []
  const kept: Running[] = []

  const once = async (service: Service) => {
    over.signal.throwIfAborted()
    const run = runOnce(service, say)
    running.push(run)
    await run.done
    running.splice(running.indexOf(run), 1)
  }
  const keep = (service: Service) => {
    over.signal.throwIfAborted()
    const started = keepRunning(service, watcher)
    running.push(started)
    kept.push(started)
  }
  const start = async () => {
    for (const { port, variable } of listeners(settings)) await requireFreePort(port, variable)
    over.signal.throwIfAborted()
    const url = settings.databaseUrl ?? ''
    if (plan.database) database = keepRunning(plan.database, watcher)
    await until('The database', () => stillWanted(over.signal, databaseAnswers(url, 2_000)), START_WITHIN_MS)
    await once(plan.migrate)
    if (plan.seed) await once(plan.seed)
    for (const service of plan.services) keep(service)
    await Promise.all(
      doors(settings, plan.services).map(([name, address]) =>
        until(name, () => stillWanted(over.signal, answers(address, over.signal)), START_WITHIN_MS),
      ),
    )
    const db = database
    if (!db) return
    const onHang = () => {
      say.line('database', 'does not answer and is ended')
      db.kill()
    }
    void watchDatabase({
      url,
      everyMs: WATCH_EVERY_MS,
      patienceMs: WATCH_PATIENCE_MS,
      onHang,
      signal: over.signal,
    })
  }
  const stop = async () => {
    over.abort(new Error('Stopped while starting.'))
    const before = Date.now()
    await Promise.all(running.map((each) => each.stop(DRAIN_MS - DATABASE_DRAIN_MS)))
    await database?.stop(Math.max(DRAIN_MS - (Date.now() - before), DATABASE_DRAIN_MS))
  }
  return {
    started: start(),
    stop,
    killAll: () => {
      for (const each of kept) each.kill()
      database?.kill()
    },
  }
}

function doors(settings: Settings, services: readonly Service[]): [string, string][] {
  const all: [string, string, string][] = [
    ['console', 'The console', `http://127.0.0.1:${settings.consolePort}/sign-in`],
    ['authority', 'The authority', `http://127.0.0.1:${settings.authorityPort}/healthz`],
  ]
  const names = services.map(({ name }) => name)
  return all.filter(([name]) => names.includes(name)).map(([, label, address]) => [label, address])
}

/** A stop ends the waiting at once instead of after its minute. */
async function stillWanted(signal: AbortSignal, check: Promise<boolean>): Promise<boolean> {
  const isThere = await check.catch(() => false)
  return isThere || signal.aborted
}
