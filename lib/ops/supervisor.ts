import type { Settings } from '@/lib/domain/settings'
import { prepareSettings } from './settings'
import { startInstallation } from './supervision/installation'
import { ALONE, type Mode, planOf } from './supervision/plan'
import { speaker } from './supervision/say'

const say = speaker((text) => process.stdout.write(text), process.stdout.isTTY === true)

/** Runs the whole installation, or one server of it, until it is told to stop: `supervisor [--dev] [console|authority]`. */
async function main(mode: Mode, since: number) {
  if (mode.only && !process.env.DATABASE_URL)
    throw new Error(`DATABASE_URL is not set. The ${mode.only} alone runs on a database that is served.`)
  const settings = await prepareSettings(process.env)
  const outlook = { say, onGivenUp: (why: string) => void end(1, why) }
  const installation = startInstallation(settings, planOf(settings, mode), outlook)
  let ending = false
  async function end(code: number, why?: string) {
    if (ending) return
    ending = true
    if (why) console.error(why)
    await installation.stop()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (ending && signal === 'SIGINT') installation.killAll()
      else if (!ending) say.plain('\nStopping. Work under way is finished first.')
      void end(0)
    })
  }
  await installation.started.then(
    () => greet(settings, mode, since),
    (error: unknown) => end(1, error instanceof Error ? error.message : String(error)),
  )
}

function greet({ consoleUrl, issuer, demo }: Settings, { only }: Mode, since: number) {
  const { plain } = say
  plain('')
  plain(`  Countersign is ready after ${((Date.now() - since) / 1000).toFixed(1)} s`)
  plain('')
  if (only !== 'authority') plain(`  Console      ${consoleUrl.padEnd(24)} for people`)
  if (only !== 'console') plain(`  Authority    ${issuer.padEnd(24)} for agents and resource servers`)
  if (demo && !only)
    plain(
      `  Demo agent   ${agentCommand(process.env).padEnd(24)} in a second terminal, once a mandate is issued`,
    )
  plain('')
  plain('  Stop with ctrl-C.')
  plain('')
}

/** A second terminal does not have this one's variables, so those the agent needs are said. */
function agentCommand(env: NodeJS.ProcessEnv): string {
  const names = ['COUNTERSIGN_DATA_DIR', 'COUNTERSIGN_ISSUER', 'AUTHORITY_PORT', 'DEMO_PORT_BASE']
  const given = names.filter((name) => env[name]).map((name) => `${name}=${env[name]} `)
  return `${given.join('')}npm run demo:agent`
}

const since = Number(process.env.COUNTERSIGN_STARTED_AT) || Date.now()
const only = ALONE.find((name) => process.argv.includes(name))
main({ dev: process.argv.includes('--dev'), only }, since).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
