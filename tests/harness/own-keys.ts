import { calculateJwkThumbprint, exportJWK } from 'jose'
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { TestWorld } from './world'

type Of = { agent?: keyof TestWorld['agents']; environment?: string }

/** A key that an agent is registered with. */
export async function addKey(
  world: TestWorld,
  { publicKey }: CryptoKeyPair,
  { agent = 'triage', environment = 'staging' }: Of = {},
) {
  const jwk = await exportJWK(publicKey)
  await database().agentKey.create({
    data: {
      ...{ id: newId('IdentityId'), agentId: world.agents[agent], environment },
      ...{ jwk: JSON.parse(JSON.stringify(jwk)), jkt: await calculateJwkThumbprint(jwk) },
      ...{ addedBy: world.people.owner, added: new Date() },
    },
  })
}
