import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { decodeJwt } from 'jose'
import { Ended } from './say.mjs'

export const USAGE = `npm run demo:agent -- [options]

  --mandate <jwt>       work under this mandate (otherwise the newest live one for the agent)
  --agent <name>        who this agent is (default: the mandate's agent, or refund-triage)
  --environment <name>  where it runs: staging, production or laptop (default: the grant's)
  --hold <seconds>      keep working until refused or until the time is over
  --no-complete         leave the task open at the end
  --issuer <url>        the authority (default: COUNTERSIGN_ISSUER, or http://127.0.0.1:3001)`

const OPTIONS = {
  mandate: { type: 'string' },
  agent: { type: 'string' },
  environment: { type: 'string' },
  hold: { type: 'string' },
  issuer: { type: 'string' },
  'no-complete': { type: 'boolean' },
  help: { type: 'boolean' },
}

/** Reads the command line and the environment. */
export function readOptions(argv, env) {
  const values = parse(argv)
  const hold = Number(values.hold ?? 0)
  if (!Number.isFinite(hold) || hold < 0) throw new Ended('--hold takes a number of seconds.')
  const mandate = values.mandate?.trim()
  const issuer = values.issuer ?? env.COUNTERSIGN_ISSUER ?? `http://127.0.0.1:${env.AUTHORITY_PORT || 3001}`
  if (!URL.canParse(issuer)) throw new Ended(`${issuer} is not the URL of an authority.`)
  const dataDir = env.COUNTERSIGN_DATA_DIR || '.data'
  return {
    help: values.help === true,
    mandate,
    named: mandate ? readMandate(mandate) : {},
    agent: values.agent,
    environment: values.environment,
    hold,
    complete: values['no-complete'] !== true,
    issuer,
    dir: resolve(env.COUNTERSIGN_DEMO_DIR || join(dataDir, 'demo')),
    portBase: Number(env.DEMO_PORT_BASE || 3011),
  }
}

function parse(argv) {
  try {
    return parseArgs({ args: argv, options: OPTIONS, strict: true }).values
  } catch (error) {
    throw new Ended(`${error.message}\n\n${USAGE}`)
  }
}

// The agent only reads what the mandate says of it. Whether the mandate holds is for the authority.
function readMandate(mandate) {
  try {
    const claims = decodeJwt(mandate)
    const subject = String(claims.may_act?.sub ?? '')
    return {
      grantId: claims.grant_id,
      agent: subject.match(/\/agent\/([^/]+)$/)?.[1],
      environment: subject.match(/\/env\/([^/]+)\//)?.[1],
    }
  } catch {
    throw new Ended('The mandate is not readable. Copy it whole, from the first letter to the last.')
  }
}
