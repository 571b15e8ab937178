const ALIKE: readonly [pattern: RegExp, one: string][] = [
  [/[-._:/]/g, ''],
  [/0/g, 'o'],
  [/[1i|]/g, 'l'],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
]

/**
 * What is left of a name when everything a hasty reader takes for the same is the same: the skeleton of UTS 39 §4, for the
 * few characters that names here are made of. Case and what separates words are no difference.
 */
export const skeletonOf = (name: string): string =>
  ALIKE.reduce((left, [pattern, one]) => left.replace(pattern, one), name.toLowerCase())

/** The one among these names that another could be taken for. */
export function lookAlikeOf(name: string, names: readonly string[]): string | null {
  const skeleton = skeletonOf(name)
  return names.find((one) => skeletonOf(one) === skeleton) ?? null
}
