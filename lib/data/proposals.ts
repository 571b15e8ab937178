import { z } from 'zod'
import type { Prisma } from '@/generated/prisma/client'
import { PersonId, ProposalId, TenantId } from '@/lib/domain/ids'
import { RuleChange, type RuleProposal } from '@/lib/domain/rule-change'
import { canonicalJson } from '@/lib/trail/canonical'
import { database } from './database'

const StateRow = z.enum(['open', 'activated', 'rejected', 'withdrawn'])

const proposalOfRow = (row: Prisma.ProposalGetPayload<object>): RuleProposal => ({
  id: ProposalId.parse(row.id),
  tenantId: TenantId.parse(row.tenantId),
  change: RuleChange.parse(JSON.parse(row.payload)),
  seen: z.string().parse(JSON.parse(row.seen)),
  gains: row.gains === null ? null : PersonId.parse(row.gains),
  proposedBy: PersonId.parse(row.proposedBy),
  proposed: row.proposed,
  answerBy: row.answerBy,
  state: StateRow.parse(row.state),
})

/** One proposal of a tenant, whatever became of it. */
export async function findProposal(tenantId: TenantId, id: ProposalId): Promise<RuleProposal | null> {
  const row = await database().proposal.findFirst({ where: { id, tenantId } })
  return row && proposalOfRow(row)
}

const whereOpen = (tenantId: TenantId, now: Date) => ({ tenantId, state: 'open', answerBy: { gt: now } })

/** What waits for a second administrator, oldest first. */
export async function listOpenProposals(tenantId: TenantId, now: Date): Promise<RuleProposal[]> {
  const rows = await database().proposal.findMany({
    where: whereOpen(tenantId, now),
    orderBy: [{ proposed: 'asc' }, { id: 'asc' }],
    take: 100,
  })
  return rows.map(proposalOfRow)
}

/** How many of them this administrator could answer: those that they did not make themselves. */
export const countProposalsFor = (tenantId: TenantId, by: PersonId, now: Date): Promise<number> =>
  database().proposal.count({ where: { ...whereOpen(tenantId, now), proposedBy: { not: by } } })

/** Whether the same change is open already. */
export const isProposed = async (tenantId: TenantId, change: RuleChange, now: Date): Promise<boolean> =>
  (await database().proposal.count({
    where: { ...whereOpen(tenantId, now), payload: canonicalJson(change) },
  })) > 0
