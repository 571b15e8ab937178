import pg from 'pg'

/**
 * Points of a writing transaction, in their order: about to begin, state written but no event, about to commit, and
 * committed but nobody told. Events are written and the head is moved in one statement: there is no moment between.
 */
export const MARKS = ['begin', 'state', 'commit', 'committed'] as const
export type Mark = (typeof MARKS)[number]

const STATEMENTS: Record<Mark, RegExp> = {
  begin: /^begin$/i,
  state: /from append_(events|act)\(/,
  commit: /^commit$/i,
  committed: /^commit$/i,
}

const textOf = (query: unknown): string =>
  typeof query === 'string' ? query : String((query as { text?: unknown } | null)?.text ?? '')

/** Runs `act` the next time a transaction of this process reaches a mark: it goes on when `act` is done. Once. */
export function atMark(mark: Mark, act: () => unknown): void {
  const { prototype } = pg.Client
  const original = prototype.query as (...args: unknown[]) => unknown
  const watched = async (client: pg.Client, args: unknown[]) => {
    if (mark !== 'committed') await act()
    const answer = await original.apply(client, args)
    if (mark === 'committed') await act()
    return answer
  }
  prototype.query = function (this: pg.Client, ...args: unknown[]) {
    if (!STATEMENTS[mark].test(textOf(args[0]).trim())) return original.apply(this, args)
    prototype.query = original as typeof prototype.query
    return watched(this, args)
  } as typeof prototype.query
}
