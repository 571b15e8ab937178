// The browser reads this too, so it stays without a schema library.

/** How many levels of grants may stand below that of a request. */
export const MAX_DEPTH = 3
