/** Where an entry stands in the trail, as pages write it: "48,214". */
export const entryNumber = (leaf: number) => leaf.toLocaleString('en')

/** Where something is written: "Trail 48,214". */
export const entryNote = (leaf: number | undefined): string | undefined =>
  leaf === undefined ? undefined : `Trail ${entryNumber(leaf)}`
