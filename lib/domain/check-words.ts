// The browser reads this too, so it stays without a schema library.

/** How a resource server knows that a token still holds. */
export const CHECKS = {
  offline: 'Verifies offline with published keys',
  introspection: 'Introspects the token at every call',
  asking: 'Asks for a decision before each call',
} as const
export type Checks = keyof typeof CHECKS
