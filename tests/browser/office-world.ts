// Fills an empty database with a tenant whose people sign in with passwords, and prints what the approver's app knows.
// A process of its own: `node --import tsx tests/browser/office-world.ts <password>`.
import { database } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import type { PersonId } from '@/lib/domain/ids'
import { hashPassword } from '@/lib/identity/password'
import { newTotpSecret, totpForApp } from '@/lib/identity/totp'
import { applyMigrations } from '@/lib/ops/migrations/apply'
import { sealFactor } from '@/lib/usecases/facts/second-factor'
import { buildWorld } from '@/tests/harness/world'

const [, , password = ''] = process.argv
await applyMigrations(process.env.DATABASE_URL ?? '')
const { tenantId, agents, scopeIds, people } = await buildWorld()
await database().template.create({
  data: {
    ...{ id: newId('TemplateId'), tenantId, agentId: agents.triage, slug: 'resolve-a-refund-ticket' },
    ...{ name: 'Resolve a refund ticket', goal: 'Resolve ticket 4711.', goalCategory: 'support' },
    ...{ environment: 'staging', durationSeconds: 1800, scopeIds: [scopeIds.read, scopeIds.secret] },
  },
})

async function givePassword(personId: PersonId, name: string): Promise<void> {
  const row = {
    personId,
    email: `${name}@example.org`,
    hash: await hashPassword(password),
    changed: new Date(),
  }
  await database().password.create({ data: row })
}
await givePassword(people.requester, 'requester')
await givePassword(people.approver, 'approver')

const secret = newTotpSecret()
const sealed = sealFactor(people.approver, secret)
await database().secondFactor.create({ data: { personId: people.approver, sealed, confirmed: new Date() } })
console.log(`secret ${totpForApp(secret, 'approver').text}`)
// The migration engine leaves a timer behind.
process.exit(0)
