// The browser reads this too, so it stays without a schema library.

/** How many uses somebody may have: a number, or null where nobody counts. */
export type Cap = number | null

/** The smaller of two caps. One that counts is always smaller than one that does not. */
export const smallerCap = (a: Cap, b: Cap): Cap => (a === null ? b : b === null ? a : Math.min(a, b))

/** Whether a cap allows what another one gives. */
export const isWithin = (cap: Cap, given: Cap): boolean => smallerCap(cap, given) === given

/** Uses are counted at resource servers that ask online, and nowhere else. */
export const areCounted = (scopes: readonly { asksOnline?: boolean }[]): boolean =>
  scopes.some(({ asksOnline }) => asksOnline === true)

/** What is left after one more allowed answer. Null: there was none left. */
export function afterUse(left: Cap): { left: Cap } | null {
  if (left === null) return { left }
  return left > 0 ? { left: left - 1 } : null
}
