import { z } from 'zod'

/** How many questions one call may hold. */
export const MAX_EVALUATIONS = 50

const word = z.string().min(1).max(2048)
const said = z.record(z.string(), z.json()).exactOptional()

/** One question (AuthZEN 1.0 §6.1). Members not named here are ignored (§5). */
export const Evaluation = z.object({
  // As long as an access token may be.
  subject: z.object({ type: word, id: z.string().min(1).max(16_384), properties: said }),
  action: z.object({ name: word, properties: said }),
  resource: z.object({ type: word, id: word, properties: said }),
  context: said,
})
export type Evaluation = z.infer<typeof Evaluation>

const SEMANTICS = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const
export type Semantic = (typeof SEMANTICS)[number]

/** Many questions in one call, with what they have in common beside them (AuthZEN 1.0 §7.1). */
const Evaluations = z.object({
  evaluations: z.array(z.unknown()).max(MAX_EVALUATIONS).exactOptional(),
  options: z.object({ evaluations_semantic: z.enum(SEMANTICS).exactOptional() }).exactOptional(),
})

const PARTS = ['subject', 'action', 'resource', 'context'] as const
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A question that can be asked, or why it cannot. */
export type ReadEvaluation = { ok: true; evaluation: Evaluation } | { ok: false; problem: string }

export type ReadEvaluations =
  | { ok: true; kind: 'one'; evaluation: Evaluation }
  | { ok: true; kind: 'many'; items: readonly ReadEvaluation[]; semantic: Semantic }
  | { ok: false; problem: string }

export const problemOf = ({ issues: [issue] }: z.ZodError) => {
  const at = issue?.path.join('.')
  return at ? `The member ${at} is missing or cannot be used.` : 'The body has to be a JSON object.'
}

export function readEvaluation(body: unknown): ReadEvaluation {
  const parsed = Evaluation.safeParse(body)
  return parsed.success
    ? { ok: true, evaluation: parsed.data }
    : { ok: false, problem: problemOf(parsed.error) }
}

/** What an item says itself stands, part by part, before what all of them have in common. */
function itemOf(body: Record<string, unknown>, item: unknown): ReadEvaluation {
  if (!isObject(item)) return { ok: false, problem: 'An evaluation has to be a JSON object.' }
  const parts = PARTS.flatMap((part) =>
    part in item ? [[part, item[part]]] : part in body ? [[part, body[part]]] : [],
  )
  return readEvaluation(Object.fromEntries(parts))
}

/** Reads many questions. Without a list of them it is one, as of the other endpoint (AuthZEN 1.0 §7.1). */
export function readEvaluations(body: unknown): ReadEvaluations {
  const parsed = Evaluations.safeParse(body)
  if (!parsed.success || !isObject(body))
    return {
      ok: false,
      problem: parsed.error ? problemOf(parsed.error) : 'The body has to be a JSON object.',
    }
  const { evaluations = [], options } = parsed.data
  if (evaluations.length > 0)
    return {
      ...{ ok: true, kind: 'many', semantic: options?.evaluations_semantic ?? 'execute_all' },
      items: evaluations.map((item) => itemOf(body, item)),
    }
  const one = readEvaluation(body)
  return one.ok ? { ...one, kind: 'one' } : one
}

/** What a resource server is told (AuthZEN 1.0 §6.2). A denial is an answer like any other. */
export type Decided = {
  decision: boolean
  context: {
    decision_id?: string
    /** From the closed list of reasons. Of a denial only. */
    reason?: string
    policies?: readonly string[]
    /** The sentences of these policies, or of the reason. */
    says?: readonly string[]
    /** How many uses of the grant are left, where they are counted. */
    uses_left?: number
    /** The question could not be asked. */
    error?: { status: number; message: string }
  }
}

/** An item that is no question (AuthZEN 1.0 §7.2.1). */
export const unreadable = (message: string): Decided => ({
  decision: false,
  context: { error: { status: 400, message } },
})

/** Whether the rest of a batch needs no answer any more. */
export const isLast = (semantic: Semantic, { decision }: Decided): boolean =>
  semantic === 'deny_on_first_deny' ? !decision : semantic === 'permit_on_first_permit' && decision
