import { join } from 'node:path'
import { closeDatabase } from '@/lib/data/database'
import { hasPeopleOf } from '@/lib/data/people'
import { findPolicyVersionInForce } from '@/lib/data/policy-sets'
import { DEMO_ISSUER } from '@/lib/domain/personas'
import { readSettings } from '@/lib/domain/settings'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { addFirstTenant } from '@/lib/usecases/setup/add-first-tenant'
import { makeSetupLink } from '@/lib/usecases/setup/make-setup-link'
import { projectRoot } from './entry'
import { readDefaultPolicySet } from './policies'

const ACT = { via: 'setup' } as const

/** What the default policies name as stages. */
const FIRST_TENANT = {
  slug: 'main',
  name: 'Main',
  groups: [
    { slug: 'security', name: 'Security' },
    { slug: 'data-owners', name: 'Data owners' },
  ],
}

// Nobody sits in them yet: the first administrator is about to come, and policy is in force before.
const WHOEVER_COMES = 99

const OF_DEMO_MODE =
  'This database holds the people of demo mode. Start with an empty database, or in demo mode with COUNTERSIGN_DEMO=1.'

/**
 * What an installation outside demo mode begins with: a tenant, a policy set, and while nobody administers it the link
 * that makes somebody the first administrator. Returns the link, or null when there is an administrator. A database of
 * demo mode is refused: its people have roles, and nobody proved who they are.
 */
export async function setUp(consoleUrl: string): Promise<string | null> {
  if (await hasPeopleOf(DEMO_ISSUER)) throw new Error(OF_DEMO_MODE)
  await addFirstTenant(ACT, FIRST_TENANT)
  if ((await findPolicyVersionInForce()) === null)
    await installPolicySet(
      ACT,
      readDefaultPolicySet(join(projectRoot, 'policies')),
      new Map(FIRST_TENANT.groups.map(({ slug }) => [slug, WHOEVER_COMES])),
    )
  const link = await makeSetupLink()
  if (!link.ok) throw new Error('The link for the first administrator could not be made. Start again.')
  return link.value.secret === null ? null : `${consoleUrl}/setup#${link.value.secret}`
}

async function main() {
  const link = await setUp(readSettings(process.env).consoleUrl)
  if (link !== null) {
    console.log('Nobody administers this installation. This link makes you the first administrator.')
    console.log('It works once and for 15 minutes. Starting again prints another.')
    console.log(link)
  }
  await closeDatabase()
}

if (process.argv[1] && /setup\.(ts|mjs)$/.test(process.argv[1]))
  await main().catch((fault: unknown) => {
    console.error(fault instanceof Error ? fault.message : fault)
    process.exit(1)
  })
