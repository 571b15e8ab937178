/**
 * A list for `in`, each once, made as long as the next power of two by saying the last again: a statement is planned once
 * for a length, so there should be few lengths.
 */
export function padded<T>(list: readonly T[]): T[] {
  const once = [...new Set(list)]
  const last = once.at(-1)
  if (last === undefined) return []
  const length = 2 ** Math.ceil(Math.log2(once.length))
  return [...once, ...Array.from({ length: length - once.length }, () => last)]
}
