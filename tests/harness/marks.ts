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

type Ask = (...args: unknown[]) => unknown

// Whoever does not wait for answers has asked more by then: all of it stays behind what was held.
function holdBack(client: pg.Client, until: Promise<unknown>, original: Ask): void {
  const held = (...args: unknown[]) => until.then(() => original.apply(client, args))
  Object.defineProperty(client, 'query', { value: held, configurable: true })
  void until.finally(() => Reflect.deleteProperty(client, 'query'))
}

/** Runs `act` the next time a transaction of this process reaches a mark: it goes on when `act` is done. Once. */
export function atMark(mark: Mark, act: () => unknown): void {
  const { prototype } = pg.Client
  const original = prototype.query as Ask
  const watched = (client: pg.Client, args: unknown[]) => {
    if (mark === 'committed')
      return Promise.resolve(original.apply(client, args)).then(async (answer) => {
        await act()
        return answer
      })
    const acted = Promise.resolve(act())
    holdBack(client, acted, original)
    return acted.then(() => original.apply(client, args))
  }
  prototype.query = function (this: pg.Client, ...args: unknown[]) {
    if (!STATEMENTS[mark].test(textOf(args[0]).trim())) return original.apply(this, args)
    prototype.query = original as typeof prototype.query
    return watched(this, args)
  } as typeof prototype.query
}
