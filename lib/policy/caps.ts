// 80 nested parentheses, or an expression of 140 operators, exhaust the engine's stack and trap it. These caps
// are counted before the engine sees the text.
export const MAX_TEXT = 65_536
export const MAX_NESTING = 24
export const MAX_OPERATORS = 48
export const MAX_POLICIES = 1_000

// A quote always matches to its end or the text's, so no input makes this slow. The engine ends comments at \r too.
const STRING_OR_COMMENT = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|\/\/[^\n\r]*/g
const OPERATOR = /&&|\|\||[-+*.[]|\bif\b/g

/** Deepest nesting of brackets. Unbalanced text counts what it opens. */
export function nestingOf(text: string, brackets: { open: string; close: string }): number {
  let depth = 0
  let deepest = 0
  for (const character of text) {
    if (brackets.open.includes(character)) deepest = Math.max(deepest, ++depth)
    else if (brackets.close.includes(character)) depth = Math.max(0, depth - 1)
  }
  return deepest
}

/** Why this schema must not reach the engine, or nothing. */
export function schemaCaps(schema: string): string[] {
  if (schema.length > MAX_TEXT) return [`The schema is longer than ${MAX_TEXT} characters.`]
  const nesting = nestingOf(schema.replace(STRING_OR_COMMENT, ''), { open: '([{<', close: ')]}>' })
  return nesting > MAX_NESTING ? [`The schema nests deeper than ${MAX_NESTING}.`] : []
}

/** Why this policy text must not reach the engine, or nothing. */
export function policyCaps(name: string, text: string): string[] {
  if (text.length > MAX_TEXT) return [`${name} is longer than ${MAX_TEXT} characters.`]
  const bare = text.replace(STRING_OR_COMMENT, '""')
  const nesting = nestingOf(bare, { open: '([{', close: ')]}' })
  if (nesting > MAX_NESTING) return [`${name} nests deeper than ${MAX_NESTING}.`]
  const heavy = bare.split(';').some((policy) => (policy.match(OPERATOR) ?? []).length > MAX_OPERATORS)
  return heavy ? [`A policy in ${name} has more than ${MAX_OPERATORS} operators.`] : []
}
