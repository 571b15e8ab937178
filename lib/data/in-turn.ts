/**
 * Waits for statements that left together, in their order: of several that failed the first is the reason, as if the
 * others had never been sent.
 */
export async function inTurn(asked: readonly Promise<unknown>[]): Promise<void> {
  for (const one of await Promise.allSettled(asked)) if (one.status === 'rejected') throw one.reason
}
