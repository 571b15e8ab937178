import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseNow } from '@/lib/data/clock'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import { findRequest } from '@/lib/data/requests'
import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import type { RequestId } from '@/lib/domain/ids'
import { DEMO_ISSUER, type Persona } from '@/lib/domain/personas'
import { SubmitRequest } from '@/lib/domain/request'
import type { RequestRecord } from '@/lib/domain/request-record'
import type { Result } from '@/lib/domain/result'
import type { Changes } from '@/lib/domain/signed-terms'
import type { World } from '@/lib/domain/world'
import { ensureDemoWorld } from '@/lib/ops/demo/world'
import { projectRoot } from '@/lib/ops/entry'
import { readDefaultPolicySet } from '@/lib/ops/policies'
import { demoTenant } from '@/lib/ops/seed/demo-tenant'
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { denyRequest } from '@/lib/usecases/approvals/deny-request'
import { prepareSigning } from '@/lib/usecases/approvals/prepare-signing'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { addWorld } from '@/lib/usecases/setup/add-world'

const SETUP = { via: 'setup' } as const

export const GROUPS = new Map([
  ['security', 2],
  ['data-owners', 2],
])

export const policyText = () => readDefaultPolicySet(join(projectRoot, 'policies'))

/** The value of a yes, or a throw that says the refusal. */
export function yes<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`Refused: ${result.refusal.code} ${result.refusal.says ?? ''}`)
  return result.value
}

/** The code of a no, or a throw when it was a yes. */
export function no(result: Result<unknown>): string {
  if (result.ok) throw new Error(`A refusal was expected and this came: ${JSON.stringify(result.value)}`)
  return result.refusal.code
}

export const actOf = (actor: Actor): Act => ({
  via: 'console',
  humanId: actor.personId,
  signInId: actor.signInId,
})

type Template = 'summarise-a-ticket' | 'resolve-a-refund-ticket' | 'rotate-a-production-secret'

/** A demo world whose keys nobody needs once its tenant is made. */
export async function passingDemoWorld(portBase: number) {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-demo-'))
  try {
    return await ensureDemoWorld(folder, { portBase })
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** The demo tenant on the current database, without its past, and what people do in it. */
export async function demoWorld() {
  process.env.COUNTERSIGN_SECRET ??= 'test-secret-test-secret-test-secret-test'
  // Tests file as fast as they can. The one about the quota sets its own.
  process.env.COUNTERSIGN_FILING_LIMIT ??= '0'
  const world = demoTenant(await passingDemoWorld(3011))
  yes(await addWorld(SETUP, world))
  yes(await installPolicySet(SETUP, policyText(), GROUPS))
  return { world, ...people(world) }
}

export type DemoPeople = Awaited<ReturnType<typeof demoWorld>>

function people(world: World) {
  const actor = async (persona: Persona): Promise<Actor> => {
    const found = await findPersonActor(DEMO_ISSUER, persona, newId('SignInId'), await databaseNow())
    if (!found) throw new Error(`There is no ${persona}.`)
    return found
  }
  const scopeId = (action: string) => {
    const scope = world.servers.flatMap(({ scopes }) => scopes).find((one) => one.action === action)
    if (!scope) throw new Error(`There is no scope ${action}.`)
    return scope.id
  }
  const form = (slug: Template, changes: Partial<SubmitRequest> = {}): SubmitRequest => {
    const template = world.templates.find((one) => one.slug === slug)
    if (!template) throw new Error(`There is no template ${slug}.`)
    return SubmitRequest.parse({
      templateId: template.id,
      agentId: template.agentId,
      goal: template.goal,
      scopeIds: [...template.scopeIds],
      durationMinutes: template.durationSeconds / 60,
      justification: 'The customer has waited nine days.',
      ticket: 'SUP-4711',
      environment: template.environment,
      ...changes,
    })
  }
  const file = async (slug: Template, by: Actor, changes: Partial<SubmitRequest> = {}): Promise<RequestId> =>
    yes(await submitRequest(by, actOf(by), form(slug, changes))).id
  const shown = async (by: Actor, requestId: RequestId, verdict: 'approve' | 'deny' = 'approve') =>
    yes(await prepareSigning(by, actOf(by), { requestId, verdict }))
  const approve = async (
    by: Actor,
    requestId: RequestId,
    changes: Partial<Changes> & { note?: string } = {},
  ) => {
    const { note, subAgentIds, ...terms } = changes
    const of = {
      requestId,
      ...(terms.scopeIds ? { ...terms, scopeIds: [...terms.scopeIds] } : {}),
      ...(subAgentIds ? { subAgentIds: [...subAgentIds] } : {}),
    }
    const prepared = await prepareSigning(by, actOf(by), { ...of, verdict: 'approve' })
    if (!prepared.ok) return prepared
    return approveRequest(by, actOf(by), {
      ...of,
      note,
      nonce: prepared.value.nonce,
      digest: prepared.value.digest,
    })
  }
  const deny = async (by: Actor, requestId: RequestId, reason: string) => {
    const { nonce, digest } = await shown(by, requestId, 'deny')
    return denyRequest(by, actOf(by), { requestId, nonce, digest, reason })
  }
  const read = async (id: RequestId): Promise<RequestRecord> => {
    const request = await findRequest(id)
    if (!request) throw new Error(`There is no request ${id}.`)
    return request
  }
  return { actor, scopeId, form, file, shown, approve, deny, read }
}
