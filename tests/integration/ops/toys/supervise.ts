// A supervisor of toys around the real embedded database: `supervise.ts <folder> <three ports>`.
import { fileURLToPath } from 'node:url'
import { childArguments } from '@/lib/ops/entry'
import { prepareSettings } from '@/lib/ops/settings'
import { startInstallation } from '@/lib/ops/supervision/installation'
import { planOf } from '@/lib/ops/supervision/plan'
import { speaker } from '@/lib/ops/supervision/say'
import type { Service } from '@/lib/ops/supervision/service'

const [folder = '', ...ports] = process.argv.slice(2)
const toyFile = fileURLToPath(new URL('./toy.mjs', import.meta.url))

async function main() {
  const [consolePort = '', authorityPort = '', vaultPort = ''] = ports
  const env = {
    ...process.env,
    COUNTERSIGN_DATA_DIR: folder,
    CONSOLE_PORT: consolePort,
    AUTHORITY_PORT: authorityPort,
  }
  const settings = await prepareSettings({ ...env, COUNTERSIGN_DEMO: '0' })
  const toy = (name: string, port: string, ...habit: string[]): Service => ({
    name,
    command: { arguments: childArguments(toyFile, folder, name, port, ...habit) },
  })
  const services = [
    { ...toy('console', consolePort, 'stubborn'), drainMs: 500 },
    toy('authority', authorityPort),
    { ...toy('vault', vaultPort), optional: true },
  ]
  const plan = { ...planOf(settings, { dev: false }), seed: null, services }
  const installation = startInstallation(settings, plan, {
    say: speaker((text) => process.stdout.write(text), false),
    onGivenUp: (why) => void end(1, why),
  })
  async function end(code: number, why = '') {
    if (why) console.error(why)
    await installation.stop()
    process.exit(code)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void end(0))
  await installation.started.then(
    () => console.log('all ready'),
    (error: Error) => end(1, error.message),
  )
}

void main()
