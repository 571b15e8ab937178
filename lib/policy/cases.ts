import { z } from 'zod'
import { Role } from '@/lib/domain/access'
import { AgentId, PersonId, ResourceServerId, ScopeId, TenantId } from '@/lib/domain/ids'
import type { Answer, Question } from '@/lib/domain/question'
import { Sensitivity } from '@/lib/domain/sensitivity'
import { isWorkingHour, USUAL_HOURS } from '@/lib/domain/working-hours'
import { decide } from './decide'
import type { LoadedPolicySet } from './load'

/** What a case asks. Only what matters to it is written down, the rest is an ordinary question. */
const Ask = z.strictObject({
  action: z.string(),
  resource: z.string().default('https://tickets.example/t/4711'),
  dataDomain: z.string().default('support'),
  sensitivity: Sensitivity.default(1),
  maxMinutes: z.number().int().positive().default(480),
  otherTenant: z.boolean().default(false),
  agent: z.string().default('refund-triage'),
  agentEnvironments: z.array(z.string()).default(['staging', 'production']),
  roles: z.array(Role).default(['requester']),
  goalCategory: z.string().default('support'),
  minutes: z.number().int().positive().default(30),
  environment: z.string().default('staging'),
  approvedEnvironment: z.string().optional(),
  at: z.iso.datetime().default('2026-03-02T10:00:00Z'),
  approvals: z.array(z.string()).default([]),
  /** By the usual hours of a tenant, unless it is said. */
  workingHours: z.boolean().optional(),
  breakGlass: z.boolean().default(false),
})

const Expected = z.strictObject({
  verdict: z.enum(['allowed', 'held', 'refused']),
  /** Stages as people read them: `{ "security": 2 }`. */
  stages: z.record(z.string(), z.number().int().positive()).default({}),
  /** The determining policies, exactly. */
  policies: z.array(z.string()),
})

/** One file of `policies/cases`: cases for one policy, some it decides and some where it stands aside. */
export const PolicyCases = z.strictObject({
  policy: z.string(),
  cases: z.array(z.strictObject({ name: z.string(), ask: Ask, expect: Expected })).min(2),
})
export type PolicyCases = z.infer<typeof PolicyCases>

export type CaseResult = { policy: string; name: string; passed: boolean; answer: Answer; difference: string }

function questionOf(ask: z.infer<typeof Ask>): Question {
  const home = TenantId.parse('T-H0ME')
  return {
    agent: {
      id: AgentId.parse('A-CASE'),
      slug: ask.agent,
      tenantId: home,
      owners: [PersonId.parse('P-0WNER')],
      environments: ask.agentEnvironments,
    },
    scope: {
      id: ScopeId.parse('X-CASE'),
      action: ask.action,
      resource: ask.resource,
      sensitivity: ask.sensitivity,
      dataDomain: ask.dataDomain,
      maxSeconds: ask.maxMinutes * 60,
      tenantId: ask.otherTenant ? TenantId.parse('T-0THER') : home,
      serverId: ResourceServerId.parse('S-CASE'),
      serverName: 'Case',
      serverIdentifier: 'https://case.example',
      serverType: 'case',
    },
    requester: { id: PersonId.parse('P-ASKS'), roles: ask.roles },
    goalCategory: ask.goalCategory,
    durationSeconds: ask.minutes * 60,
    environment: ask.environment,
    approvedEnvironment: ask.approvedEnvironment ?? ask.environment,
    now: new Date(ask.at),
    breakGlass: ask.breakGlass,
    workingHours: ask.workingHours ?? isWorkingHour(USUAL_HOURS, new Date(ask.at)),
    approvals: ask.approvals,
  }
}

const told = (verdict: string, stages: Readonly<Record<string, number>>, policies: readonly string[]) =>
  [verdict, JSON.stringify(stages), ...[...policies].sort()].join(' ')

/** Decides every case with this set and compares verdict, stages and determining policies. */
export function runCases(set: LoadedPolicySet, files: readonly PolicyCases[]): CaseResult[] {
  return files.flatMap(({ policy, cases }) =>
    cases.map(({ name, ask, expect }) => {
      const answer = decide(set, questionOf(ask))
      const stages = Object.fromEntries(answer.stages.map((stage) => [stage.name, stage.quorum]))
      const ids = answer.policies.map(({ id }) => id)
      const wanted = told(expect.verdict, expect.stages, expect.policies)
      const got = told(answer.verdict, stages, ids)
      const passed = wanted === got && answer.errors.length === 0
      return {
        policy,
        name,
        passed,
        answer,
        difference: passed ? '' : [`wanted ${wanted}, got ${got}`, ...answer.errors].join(' '),
      }
    }),
  )
}

/** Policies without a case they decide, or without one where they stand aside. Empty when every policy has both. */
export function uncovered(set: LoadedPolicySet, results: readonly CaseResult[]): string[] {
  return [...set.entries.keys()].filter((id) => {
    const own = results.filter(({ policy }) => policy === id)
    const decides = own.filter(({ answer }) => answer.policies.some((note) => note.id === id))
    return decides.length === 0 || decides.length === own.length
  })
}
