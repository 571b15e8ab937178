import { z } from 'zod'

const ClaimName = z
  .string()
  .trim()
  .min(1, 'Name the claim.')
  .max(200, 'Keep the name of the claim under 200 characters.')
const Value = z.string().min(1, 'Give a value.').max(500, 'Keep a value under 500 characters.')

/** What a claim has to be. Compared as text, to the letter. */
export const ClaimCondition = z.discriminatedUnion('is', [
  z.object({ claim: ClaimName, is: z.literal('exact'), value: Value }),
  z.object({ claim: ClaimName, is: z.literal('one_of'), values: z.array(Value).min(1).max(50) }),
  z.object({ claim: ClaimName, is: z.literal('prefix'), value: Value }),
])
export type ClaimCondition = z.infer<typeof ClaimCondition>

export type Claims = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A claim: by its name, or by a JSON Pointer (RFC 6901) when the name begins with a slash, as in /kubernetes.io/namespace.
 * Undefined when it is not there.
 */
export function claimValue(claims: Claims, name: string): unknown {
  const steps = name.startsWith('/')
    ? name
        .slice(1)
        .split('/')
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [name]
  let value: unknown = claims
  for (const step of steps) value = isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
  return value
}

/** The same as text. Null when it is not there, or is neither text nor number nor truth. */
export function claimText(claims: Claims, name: string): string | null {
  const value = claimValue(claims, name)
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null
}

function isMet(condition: ClaimCondition, claims: Claims): boolean {
  const text = claimText(claims, condition.claim)
  if (text === null) return false
  if (condition.is === 'exact') return text === condition.value
  return condition.is === 'prefix' ? text.startsWith(condition.value) : condition.values.includes(text)
}

/** The first condition that these claims do not meet. Conditions only ever refuse: none of them chooses an agent. */
export const unmetCondition = (
  conditions: readonly ClaimCondition[],
  claims: Claims,
): ClaimCondition | null => conditions.find((condition) => !isMet(condition, claims)) ?? null

/** "ref starts with refs/heads/" */
export function conditionWords(condition: ClaimCondition): string {
  if (condition.is === 'exact') return `${condition.claim} is ${condition.value}`
  if (condition.is === 'prefix') return `${condition.claim} starts with ${condition.value}`
  return `${condition.claim} is one of ${condition.values.join(', ')}`
}

type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string }

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

const SIGNS = { ' starts with ': 'prefix', ' in ': 'one_of', ' = ': 'exact' } as const

/** The sign that stands first: what stands behind it is the value's, other signs among it. */
function conditionOf(line: string): ClaimCondition | null {
  const [first] = Object.entries(SIGNS)
    .map(([sign, is]) => ({ sign, is, at: line.indexOf(sign) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
  if (!first) return null
  const { sign, is, at } = first
  const [claim, value] = [line.slice(0, at).trim(), line.slice(at + sign.length).trim()]
  const values = value
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  const parsed = ClaimCondition.safeParse(is === 'one_of' ? { claim, is, values } : { claim, is, value })
  return parsed.success ? parsed.data : null
}

const MOST_CONDITIONS = 20

/** Conditions as people write them, one a line: "ref starts with refs/heads/", "team in a, b", "environment = prod". */
export function readConditions(text: string): Parsed<ClaimCondition[]> {
  const lines = linesOf(text)
  if (lines.length > MOST_CONDITIONS) return { ok: false, problem: 'Give at most 20 conditions.' }
  const conditions: ClaimCondition[] = []
  for (const line of lines) {
    const condition = conditionOf(line)
    if (!condition)
      return {
        ok: false,
        problem: 'One condition a line: claim = value, claim in a, b, or claim starts with a.',
      }
    conditions.push(condition)
  }
  return { ok: true, value: conditions }
}

const lineOf = (condition: ClaimCondition): string => {
  if (condition.is === 'exact') return `${condition.claim} = ${condition.value}`
  if (condition.is === 'prefix') return `${condition.claim} starts with ${condition.value}`
  return `${condition.claim} in ${condition.values.join(', ')}`
}

/** Conditions as people wrote them, to be changed. */
export const conditionLines = (conditions: readonly ClaimCondition[]): string =>
  conditions.map(lineOf).join('\n')

/** What a claim's values mean, one a line: "agents-prod = production". */
export function readNames(text: string): Parsed<{ value: string; environment: string }[]> {
  const names: { value: string; environment: string }[] = []
  for (const line of linesOf(text)) {
    const at = line.lastIndexOf('=')
    const [value, environment] = [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    if (at < 0 || !value || !environment || names.some((one) => one.value === value))
      return { ok: false, problem: 'One value a line, each once: agents-prod = production.' }
    names.push({ value, environment })
  }
  return { ok: true, value: names }
}
