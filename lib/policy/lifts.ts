import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs'

/** What is certain of an expression when one stage is signed and nothing else is known. */
type Certainty = boolean | null

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const isApprovals = (expr: unknown) =>
  member(expr, '.') !== undefined &&
  member(member(member(expr, '.'), 'left'), 'Var') === 'context' &&
  member(member(expr, '.'), 'attr') === 'approvals'

const literals = (expr: unknown): unknown[] => {
  const set = member(expr, 'Set')
  return Array.isArray(set) ? set.map((item) => member(item, 'Value')) : []
}

const both = (a: Certainty, b: Certainty): Certainty => (a === false || b === false ? false : a && b)
const negated = (a: Certainty): Certainty => (a === null ? null : !a)

function branch(args: unknown, stage: string): Certainty {
  const condition = certainty(member(args, 'if'), stage)
  const [yes, no] = [certainty(member(args, 'then'), stage), certainty(member(args, 'else'), stage)]
  if (condition !== null) return condition ? yes : no
  return yes === no ? yes : null
}

function approved(operator: string, args: unknown, stage: string): Certainty {
  if (!isApprovals(member(args, 'left'))) return null
  const right = member(args, 'right')
  if (operator === 'contains') return member(right, 'Value') === stage ? true : null
  const named = literals(right)
  const isCertain =
    operator === 'containsAny'
      ? named.includes(stage)
      : named.length > 0 && named.every((item) => item === stage)
  return isCertain ? true : null
}

function certainty(expr: unknown, stage: string): Certainty {
  if (typeof expr !== 'object' || expr === null) return null
  const [operator, args] = Object.entries(expr)[0] ?? ['', null]
  const left = () => certainty(member(args, 'left'), stage)
  const right = () => certainty(member(args, 'right'), stage)
  switch (operator) {
    case 'Value':
      return typeof args === 'boolean' ? args : null
    case '!':
      return negated(certainty(member(args, 'arg'), stage))
    case '&&':
      return both(left(), right())
    case '||':
      return negated(both(negated(left()), negated(right())))
    case 'if-then-else':
      return branch(args, stage)
    case 'contains':
    case 'containsAny':
    case 'containsAll':
      return approved(operator, args, stage)
    default:
      return null
  }
}

/**
 * Whether a signed stage lifts this forbid whatever else is true (DESIGN 5: a forbid that its own approval does
 * not lift is rejected). Decided on the policy's JSON, so it holds for every question, not for the ones tried.
 */
export const isLiftedBy = (policy: Pick<Cedar.PolicyJson, 'conditions'>, stage: string): boolean =>
  policy.conditions.some(({ kind, body }) => certainty(body, stage) === (kind === 'unless'))
