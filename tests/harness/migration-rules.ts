/** Tables that grow with use: a lock that lasts as long as reading one of them stops everybody. */
const GROWING = [
  ...['trail_event', 'trail_text', 'decision', 'request', 'request_scope', 'approval', 'signing_nonce'],
  ...[
    'permission_grant',
    'grant_scope',
    'mandate',
    'credential',
    'sign_in',
    'used_once',
    'workload_pin',
    'agent_answer',
  ],
]

type Rule = { says: string; breaks: (statement: string) => boolean }

const tableOf = (statement: string): string =>
  /\b(?:alter table(?: only)?(?: if exists)?|on|update|delete from)\s+"?(\w+)"?/i.exec(statement)?.[1] ?? ''

const isGrowing = (statement: string) => GROWING.includes(tableOf(statement))

const RULES: readonly Rule[] = [
  {
    says: 'old code still uses what is dropped',
    breaks: (s) => /\bdrop\s+(table|column|schema|type|view)\b/i.test(s),
  },
  { says: 'old code still uses the old name', breaks: (s) => /\brename\s+(to|column|constraint)?/i.test(s) },
  { says: 'it rewrites the table', breaks: (s) => /\balter column\s+\S+\s+(set data )?type\b/i.test(s) },
  {
    says: 'old code does not fill it',
    breaks: (s) => /\balter column\s+\S+\s+set not null\b/i.test(s) || addsRequired(s),
  },
  { says: 'old code relied on it', breaks: (s) => /\balter column\s+\S+\s+drop default\b/i.test(s) },
  {
    says: 'it reads or writes a whole table',
    breaks: (s) => /^(update|delete from)\b/i.test(s) && isGrowing(s),
  },
  { says: 'it takes everything', breaks: (s) => /^truncate\b/i.test(s) },
  {
    says: 'it reads a growing table while nobody may write it',
    breaks: (s) =>
      (/^create (unique )?index\b/i.test(s) ||
        (/\badd constraint\b/i.test(s) && !/\bnot valid\b/i.test(s))) &&
      isGrowing(s),
  },
  { says: 'its lock is taken for longer than it needs', breaks: (s) => /^lock table\b/i.test(s) },
]

/** A new column that old code's INSERT would leave empty. */
const addsRequired = (statement: string): boolean =>
  statement
    .split(/\badd column\b/i)
    .slice(1)
    .some((column) => /\bnot null\b/i.test(column) && !/\b(default|generated)\b/i.test(column))

const CREATED = /^create table (?:if not exists )?"?(\w+)"?/i
const MARKED = /--\s*contract:\s*\S+/i

/** Splits a script at the semicolons outside of strings, dollar quotes and comments. */
function statementsOf(sql: string): string[] {
  const parts = sql.split(/(\$\w*\$[\s\S]*?\$\w*\$|'(?:[^']|'')*'|--[^\n]*)/)
  const statements = ['']
  for (const [at, part] of parts.entries()) {
    const pieces = at % 2 === 1 ? [part] : part.split(';')
    statements[statements.length - 1] += pieces[0] ?? ''
    statements.push(...pieces.slice(1))
  }
  return statements.map((statement) => statement.trim()).filter(Boolean)
}

/** The words that are run at once: no comment, no string, no body of a function. */
const runWords = (statement: string) =>
  statement
    .replace(/--[^\n]*\n?/g, '')
    .replace(/\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'/g, "''")
    .trim()

/**
 * What a migration does that old and new code cannot live through side by side, or that holds everybody up. A table
 * made by the same migration is nobody's yet. `-- contract: why` above a statement says that no old code is left.
 */
export function dangersOf(sql: string): string[] {
  const statements = statementsOf(sql)
  const own = new Set(statements.flatMap((one) => CREATED.exec(runWords(one))?.[1] ?? []))
  return statements
    .filter((statement) => !MARKED.test(statement) && !own.has(tableOf(runWords(statement))))
    .flatMap((statement) => {
      const bare = runWords(statement)
      return RULES.filter(({ breaks }) => breaks(bare)).map(
        ({ says }) => `${bare.replace(/\s+/g, ' ').slice(0, 80)}: ${says}`,
      )
    })
}
