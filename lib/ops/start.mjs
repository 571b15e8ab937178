// `npm start`: makes a fresh clone ready and runs it. Later starts skip what is done.
// `npm start -- console` and `-- authority` run one server on DATABASE_URL, `-- migrate` brings that database up to
// date, `-- secrets` says what lies sealed under which secret, `-- recover <e-mail>` prints a link for the only administrator
// who has lost their second factor, `-- build` only makes ready.
// Plain JavaScript with Node built-ins only: it runs before anything is installed.

import { buildConsole, generateClient, installPackages } from './bootstrap/build.mjs'
import { bundleServers } from './bootstrap/bundle.mjs'
import { endWithNpm } from './bootstrap/origin.mjs'
import { stopStep } from './bootstrap/run-step.mjs'
import { failed, title } from './bootstrap/say.mjs'

const OLDEST = [20, 19]
const since = Date.now()
const isDev = process.argv.includes('--dev')
const COMMANDS = ['console', 'authority', 'migrate', 'secrets', 'recover', 'build']
// What runs by itself and ends.
const ALONE = ['migrate', 'secrets', 'recover']
const command = process.argv.slice(2).find((word) => !word.startsWith('-'))
const needsConsole = !isDev && !['authority', ...ALONE].includes(command)

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return
  throw new Error(
    `Countersign needs Node ${OLDEST.join('.')} or newer, and this is ${process.versions.node}.`,
  )
}

function requireCommand() {
  if (command === undefined || COMMANDS.includes(command)) return
  throw new Error(`There is no "${command}". npm start takes nothing, or one of ${COMMANDS.join(', ')}.`)
}

async function makeReady() {
  requireNode()
  requireCommand()
  title(isDev ? 'Countersign, reloading while you edit' : 'Countersign')
  await installPackages()
  await generateClient()
  await bundleServers()
  if (needsConsole) await buildConsole()
}

async function interrupted(signal) {
  await stopStep()
  process.exit(signal === 'SIGINT' ? 130 : 143)
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
for (const signal of signals) process.on(signal, interrupted)
endWithNpm()

try {
  await makeReady()
} catch (error) {
  failed(error)
  process.exit(1)
}

for (const signal of signals) process.off(signal, interrupted)
process.env.COUNTERSIGN_STARTED_AT = String(since)
const run = ALONE.includes(command) ? command : 'supervisor'
if (command !== 'build') await import(new URL(`../../dist/${run}.mjs`, import.meta.url).href)
