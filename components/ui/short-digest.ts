const groups = (hex: string) => hex.match(/.{1,4}/g)?.join(' ') ?? ''

/** The first and last eight digits: "9687 b92a … 8479 bb7f". The whole digest belongs in a title beside it. */
export const shortDigest = (digest: string) =>
  digest.length <= 16 ? groups(digest) : `${groups(digest.slice(0, 8))} … ${groups(digest.slice(-8))}`
