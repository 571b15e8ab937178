import { clockOf } from '@/components/ui/time-words'
import { counted } from '@/lib/domain/counted'
import { listed } from './words'

type Server = { id: string; name: string; check: 'offline' | 'introspection' }
type Token = { serverName: string; expires: Date }

/**
 * What the end of a grant means at each resource server (DESIGN 9): those who ask hear no at once, those who verify
 * offline go on until their last token's end.
 */
export function boundsOf(servers: readonly Server[], tokens: readonly Token[], ended: Date): string[] {
  const asking = servers.filter(({ check }) => check === 'introspection').map(({ name }) => name)
  const offline = servers.filter(({ check }) => check === 'offline')
  const says: string[] = []
  if (asking.length > 0) {
    const verb = asking.length === 1 ? 'asks' : 'ask'
    says.push(`${listed(asking)} ${verb} at every call: refused from ${clockOf(ended)} UTC on.`)
  }
  for (const { name } of offline) {
    const running = tokens.filter((token) => token.serverName === name && token.expires > ended)
    const last = running.reduce((latest, { expires }) => Math.max(latest, expires.getTime()), 0)
    says.push(
      last === 0
        ? `${name} verifies offline and holds no token that still runs: refused from ${clockOf(ended)} UTC on.`
        : `${name} verifies offline: refuses when its last token ends at ${clockOf(new Date(last))} UTC. ${counted(running.length, 'token')} still ran.`,
    )
  }
  return says
}
