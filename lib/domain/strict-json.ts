const MAX_DEPTH = 32

export type StrictJson = { ok: true; value: unknown } | { ok: false; problem: string }

/**
 * JSON in which one text has one meaning: no member twice (RFC 7515 §4, RFC 7519 §4), no `__proto__`, no NUL
 * and no lone surrogate (PostgreSQL refuses both), at most 32 levels deep. The caller caps the length first.
 */
export function parseStrictJson(text: string): StrictJson {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, problem: 'It is not JSON.' }
  }
  const problem = ambiguity(text)
  return problem ? { ok: false, problem } : { ok: true, value }
}

// The text is known to be JSON here, so a string before a colon is a member name and brackets balance.
function ambiguity(text: string): string | null {
  const open: Set<string>[] = []
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at)
    if (char === '{' || char === '[') {
      if (open.push(new Set()) > MAX_DEPTH) return 'It is nested more than 32 levels deep.'
    } else if (char === '}' || char === ']') {
      open.pop()
    } else if (char === '"') {
      const end = endOfString(text, at)
      const problem = stringProblem(text.slice(at, end), isName(text, end) ? open.at(-1) : undefined)
      if (problem) return problem
      at = end - 1
    }
  }
  return null
}

function stringProblem(token: string, names: Set<string> | undefined): string | null {
  // Without an escape a string is what stands between its quotes.
  const decoded: string = token.includes('\\') ? JSON.parse(token) : token.slice(1, -1)
  if (decoded.includes('\0') || !decoded.isWellFormed()) return 'It holds a character no text may hold.'
  if (!names) return null
  if (decoded === '__proto__' || names.has(decoded)) return 'It names a member twice or a reserved one.'
  names.add(decoded)
  return null
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1
  return at + 1
}

function isName(text: string, end: number): boolean {
  let at = end
  while (' \t\n\r'.includes(text.charAt(at)) && at < text.length) at += 1
  return text.charAt(at) === ':'
}
