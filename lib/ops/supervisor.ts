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

function greet({ consoleUrl, issuer, demo }: Settings, { plain }: Say, since: number) {
  plain('')
  plain(`  Countersign is ready after ${((Date.now() - since) / 1000).toFixed(1)} s`)
  plain('')
  plain(`  Console      ${consoleUrl}   for people`)
  plain(`  Authority    ${issuer}   for agents and resource servers`)
  if (demo) plain('  Demo agent   npm run demo:agent      in a second terminal, once a mandate is issued')
  plain('')
  plain('  Stop with ctrl-C.')
  plain('')
}

const since = Number(process.env.COUNTERSIGN_STARTED_AT) || Date.now()
main(process.argv.includes('--dev'), since).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
