import { databaseNow } from '@/lib/data/clock'
import { database, pool } from '@/lib/data/database'
import { newId } from '@/lib/data/new-id'
import { findPersonActor } from '@/lib/data/people'
import type { Actor, Role } from '@/lib/domain/access'
import type { RequestId, TenantId } from '@/lib/domain/ids'
import type { PolicySetText } from '@/lib/policy/load'
import { installPolicySet } from '@/lib/usecases/policies/install-policy-set'
import { policyText, yes } from './demo'

const ISSUER = 'https://stages.example'

/** The actor somebody who was added here is after signing in now. */
export async function signedIn(subject: string): Promise<Actor> {
  const found = await findPersonActor(ISSUER, subject, newId('SignInId'), await databaseNow())
  if (!found) throw new Error(`There is no ${subject}.`)
  return found
}

type Joining = { roles?: readonly Role[]; groups?: readonly string[] }

/** Somebody new of the tenant, in these groups. */
export async function addSomebody(
  tenantId: TenantId,
  subject: string,
  { roles = ['approver'], groups = [] }: Joining,
): Promise<Actor> {
  const personId = newId('PersonId')
  await database().person.create({ data: { id: personId, issuer: ISSUER, subject, name: subject } })
  await database().roleHolding.createMany({
    data: roles.map((role) => ({ personId, tenantId, role, givenBy: 'setup' })),
  })
  for (const slug of groups) {
    const group = await database().group.findFirstOrThrow({ where: { tenantId, slug } })
    await database().groupMember.create({ data: { groupId: group.id, personId, addedBy: 'setup' } })
  }
  return signedIn(subject)
}

export const addGroup = (tenantId: TenantId, slug: string) =>
  database().group.create({ data: { id: newId('GroupId'), tenantId, slug, name: slug } })

/** The default policies with this text in the place of those that ask for approvals. */
export function approvalPolicies(text: string): PolicySetText {
  const { schema, policies } = policyText()
  return {
    schema,
    policies: policies.map((file) => (file.name === '20-approvals.cedar' ? { ...file, text } : file)),
  }
}

/** A forbid on this action that a stage lifts. */
export const demandOn = (action: string, group: string, annotations = '') =>
  `@id("${action.replace(':', '-')}-${group}") @says("It needs ${group}.") @approval("${group}") ${annotations}
   forbid (principal, action == Action::"${action}", resource) unless { context.approvals.contains("${group}") };
`

export const putInForce = async (text: PolicySetText, groups: ReadonlyMap<string, number>) =>
  yes(await installPolicySet({ via: 'setup' }, text, groups))

/** Lets time pass for one request: everything it knows of time is so much older, and so is every seat. */
export async function letPass(requestId: RequestId, minutes: number): Promise<void> {
  const by = `${minutes} minutes`
  await pool().query(
    `update request set filed = filed - $2::interval, answer_by = answer_by - $2::interval,
       wait_ends = wait_ends - $2::interval, next_mark = next_mark - $2::interval,
       cools_until = cools_until - $2::interval, decided = decided - $2::interval,
       stages = coalesce((select jsonb_agg(case when stage ? 'opened' then jsonb_set(stage, '{opened}',
         to_jsonb(to_char(((stage ->> 'opened')::timestamptz - $2::interval) at time zone 'UTC',
           'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) else stage end order by place)
         from jsonb_array_elements(stages) with ordinality as t (stage, place)), '[]')
     where id = $1`,
    [requestId, by],
  )
  await pool().query('update approval set signed = signed - $2::interval where request_id = $1', [
    requestId,
    by,
  ])
  await pool().query('update group_member set added = added - $1::interval', [by])
}
