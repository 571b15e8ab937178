import { join } from 'node:path'
import { underSeedClock } from '@/lib/data/clock'
import { closeDatabase } from '@/lib/data/database'
import { hasTenant, listServerIdentifiers } from '@/lib/data/write-world'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { addWorld } from '@/lib/usecases/setup/add-world'
import { ensureDemoWorld } from './demo/world'
import { projectRoot } from './entry'
import { readDefaultPolicySet } from './policies'
import { DEMO_TENANT, demoTenant } from './seed/demo-tenant'
import { liveHistory, type SeedClock } from './seed/history'

const ACT = { via: 'seed' } as const
const WEEKS = 28 * 86_400_000

function seedClock(start: Date): SeedClock {
  let time = start
  return {
    now: () => time,
    set: (to) => {
      if (to > time) time = to
    },
    pass: (seconds) => {
      time = new Date(time.getTime() + seconds * 1000)
    },
  }
}

/** Makes the demo tenant and its last weeks on an empty database. Returns how many requests it told, or null. */
export async function seedDemo(demoFolder: string, portBase?: number): Promise<number | null> {
  const demo = await ensureDemoWorld(demoFolder, portBase === undefined ? {} : { portBase })
  if (await hasTenant()) {
    const known = await listServerIdentifiers(DEMO_TENANT)
    const moved = Object.values(demo.servers).find(({ identifier }) => !known.includes(identifier))
    if (moved && known.length > 0)
      throw new Error(
        `This database knows the demo's resource servers as ${known.join(', ')}. Set DEMO_PORT_BASE to match, or choose another COUNTERSIGN_DATA_DIR.`,
      )
    return null
  }
  const today = new Date()
  const clock = seedClock(new Date(today.getTime() - WEEKS))
  const world = demoTenant(demo)
  return underSeedClock(clock.now, async () => {
    await addWorld(ACT, world)
    await installPolicySet(
      ACT,
      readDefaultPolicySet(join(projectRoot, 'policies')),
      new Map(world.groups.map(({ slug, members }) => [slug, members.length])),
    )
    return liveHistory(world, clock, today)
  })
}

async function main() {
  const folder = process.env.COUNTERSIGN_DEMO_DIR ?? join(process.env.COUNTERSIGN_DATA_DIR ?? '.data', 'demo')
  const told = await seedDemo(folder)
  if (told !== null) console.log(`Seeded the demo with ${told} requests of the last four weeks.`)
  await closeDatabase()
}

if (process.argv[1] && /seed\.(ts|mjs)$/.test(process.argv[1]))
  await main().catch((fault: unknown) => {
    console.error(fault instanceof Error ? fault.message : fault)
    process.exit(1)
  })
