import { afterAll, beforeAll, vi } from 'vitest'
import { findIdentifiedAgent } from '@/lib/data/trust'
import { type ChangeIdentity, changeIdentity } from '@/lib/usecases/agents/change-identity'
import { testIdentity } from '@/lib/usecases/agents/test-identity'
import { askWhere } from './asked-where'
import { actOf, yes } from './demo'
import { authority, db, speakOfAuthority, withAuthority, world } from './open-authority'
import { startReplica } from './replica'
import { type TwoAdministrators, twoAdministrators } from './two-administrators'

// What a test file about where a workload runs has in hand. Each file has this module to itself.
export let replica: Awaited<ReturnType<typeof startReplica>>
export let two: TwoAdministrators

/** Two authorities, of which one is a process of its own and is asked, and two administrators. */
export function withReplica(): void {
  // A crowded machine is slow, and that is all that its time says.
  vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })
  withAuthority()
  beforeAll(async () => {
    speakOfAuthority()
    replica = await startReplica(db, authority.issuer)
    two = await twoAdministrators(world)
  })
  afterAll(() => replica.stop())
}

export const triage = () => world.agents.triage
export const identities = async () => (await findIdentifiedAgent(world.tenantId, triage()))?.identities ?? []

/** The one identity that is called so. */
export async function known(what: string) {
  const one = (await identities()).find((identity) => identity.what.includes(what))
  if (!one) throw new Error(`Nothing is known as ${what}.`)
  return one
}

export const edit = (input: ChangeIdentity, by = two.first) => changeIdentity(by, actOf(by), input)

/** Proposes another environment for it. */
export const move = async (what: string, environment: string, by = two.first) =>
  edit({ kind: 'environment', agentId: triage(), identityId: (await known(what)).id, environment }, by)

/** What "Test an identity" says of a token. */
export const tested = async (token: string) =>
  yes(await testIdentity(two.first, actOf(two.first), { agentId: triage(), token })).says

export const ask = (token: string) => askWhere(replica.url, token)
