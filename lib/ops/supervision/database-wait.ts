import type { Say } from './say'

/** What keeps a database from answering, by the code of its driver or engine: only of these there is something to do. */
const REASONS: Readonly<Record<string, string>> = {
  '28P01': 'It refuses the password of the account in DATABASE_URL.',
  '28000': 'It lets nobody in with the account in DATABASE_URL from here: see its pg_hba.conf.',
  '3D000': 'It has no database of the name in DATABASE_URL.',
  '42501':
    'The account in DATABASE_URL may not connect: see "Accounts of the database" in docs/operations.md.',
  '53300': 'It has no connection left: raise its max_connections.',
  '57P03': 'It is starting, or ending.',
  ECONNREFUSED: 'Nothing listens at the address in DATABASE_URL.',
  ENOTFOUND: 'The host in DATABASE_URL has no address.',
  ENOENT: 'The socket in DATABASE_URL is not there.',
}

/** Why a database does not answer, in words of ours: what a driver says may quote what it was given. */
export function reasonOf(fault: unknown): string | null {
  const code = fault instanceof Error && 'code' in fault ? String(fault.code) : ''
  return REASONS[code] ?? null
}

/** Says once why a served database is waited for. An operator who mistyped a password need not wait out the minute. */
export function databaseWait(say: Say) {
  let last: string | null = null
  return {
    hear: (fault: unknown) => {
      const reason = reasonOf(fault)
      if (reason && reason !== last) say.line('database', `does not answer yet. ${reason}`)
      last = reason ?? last
    },
    why: () => last,
  }
}
