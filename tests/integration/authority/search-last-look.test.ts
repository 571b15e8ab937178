import { beforeAll, describe, expect, test, vi } from 'vitest'
import { database } from '@/lib/data/database'
import type { GrantId } from '@/lib/domain/ids'
import { afterReading } from '@/tests/harness/after-reading'
import { makeAsker } from '@/tests/harness/evaluations'
import { authority, withAuthority, world } from '@/tests/harness/open-authority'
import { grantTask, SERVERS } from '@/tests/harness/world'

// Policy is asked with facts that were read, and nothing was told yet: what ends in between is not in the list. Only the
// last look, under lock, can see it.

vi.setConfig({ testTimeout: 120_000 })
const SECRET = `${SERVERS.vault}/s/billing`

let vault: ReturnType<typeof makeAsker>

withAuthority()
beforeAll(() => {
  vault = makeAsker(world, authority.issuer, 'vault')
})

type Change = { what: string; make: (grantId: GrantId) => Promise<() => Promise<unknown>> }

const CHANGES: readonly Change[] = [
  {
    what: 'the grant is revoked',
    make: async (id) => {
      await database().grant.update({ where: { id }, data: { state: 'revoked' } })
      return async () => null
    },
  },
  {
    what: 'the agent is suspended',
    make: async () => {
      const set = (suspended: Date | null) =>
        database().agent.update({
          where: { id: world.agents.triage },
          data: { suspended, rev: { increment: 1 } },
        })
      await set(new Date())
      return () => set(null)
    },
  },
  {
    what: 'the person is disabled',
    make: async () => {
      const set = (disabled: Date | null) =>
        database().person.update({ where: { id: world.people.requester }, data: { disabled } })
      await set(new Date())
      return () => set(null)
    },
  },
  {
    what: 'who signed leaves the group',
    make: async () => {
      const seat = await database().groupMember.findFirstOrThrow({
        where: { personId: world.people.approver },
      })
      const { groupId, personId } = seat
      await database().groupMember.delete({ where: { groupId_personId: { groupId, personId } } })
      return () => database().groupMember.create({ data: seat })
    },
  },
  {
    what: 'the scope is retired',
    make: async () => {
      const set = (retired: Date | null) =>
        database().scope.update({ where: { id: world.scopeIds.secret }, data: { retired } })
      await set(new Date())
      return () => set(null)
    },
  },
]

// Each search by what it leaves open, and how often it reads the facts of a grant before it looks under lock: what a grant
// covers is read first where the grant is given, and what policy is asked with last.
const SEARCHES = [
  {
    sought: 'action',
    reads: 2,
    find: async (id: GrantId) =>
      vault.search('action', { subject: { type: 'grant', id }, resource: { type: 'resource', id: SECRET } }),
  },
  {
    sought: 'resource',
    reads: 2,
    find: async (id: GrantId) =>
      vault.search('resource', {
        ...{
          subject: { type: 'grant', id },
          action: { name: 'secret:read' },
          resource: { type: 'resource' },
        },
      }),
  },
  {
    sought: 'subject',
    reads: 1,
    find: async () =>
      vault.search('subject', {
        ...{ subject: { type: 'grant' }, action: { name: 'secret:read' } },
        resource: { type: 'resource', id: SECRET },
      }),
  },
] as const

const FACTS = 'select g.id, clock_timestamp() as now'

/** Has something happen after the last of so many reads. */
function afterReads(reads: number, happens: () => Promise<unknown>): void {
  afterReading(FACTS, reads === 1 ? happens : async () => afterReads(reads - 1, happens))
}

describe.each(SEARCHES)('a search by $sought, once policy has its facts', ({ find, reads }) => {
  test.each(CHANGES)('does not list it when $what', async ({ make }) => {
    // What other tests left live is nothing that this one finds.
    await database().grant.updateMany({ data: { state: 'completed' } })
    const { grantId } = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
    const happened: Awaited<ReturnType<Change['make']>>[] = []
    afterReads(reads, async () => void happened.push(await make(grantId)))
    const during = await find(grantId)
    for (const undo of happened) await undo()
    expect(happened).toHaveLength(1)
    expect([during.status, during.results]).toEqual([200, []])
  })

  test('lists it when nothing happens', async () => {
    await database().grant.updateMany({ data: { state: 'completed' } })
    const { grantId } = await grantTask(world, { scopes: ['secret'], signed: ['approver'] })
    afterReads(reads, async () => undefined)
    expect((await find(grantId)).results).toHaveLength(1)
  })
})
