import type { Settings } from '@/lib/domain/settings'
import { prepareSettings } from './settings'
import { startInstallation } from './supervision/installation'
import { planOf } from './supervision/plan'
import { type Say, speaker } from './supervision/say'

const say = speaker((text) => process.stdout.write(text), process.stdout.isTTY === true)

/** Runs the whole installation until it is told to stop: `supervisor [--dev]`. */
async function main(dev: boolean, since: number) {
  const settings = await prepareSettings(process.env)
  const outlook = { say, onGivenUp: (why: string) => void end(1, why) }
  const installation = startInstallation(settings, planOf(settings, { dev }), outlook)
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
    () => greet(settings, say, since),
    (error: unknown) => end(1, error instanceof Error ? error.message : String(error)),
  )
}

function greet(settings: Settings, { plain }: Say, since: number) {
  const { consoleUrl, issuer, demo } = settings
  plain('')
  plain(`  Countersign is ready after ${((Date.now() - since) / 1000).toFixed(1)} s`)
  plain('')
  plain(`  Console      ${consoleUrl.padEnd(24)} for people`)
  plain(`  Authority    ${issuer.padEnd(24)} for agents and resource servers`)
  if (demo)
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
main(process.argv.includes('--dev'), since).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
