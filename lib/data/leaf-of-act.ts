import type { Act } from '@/lib/domain/act'

const leaves = new WeakMap<Act, number>()

/** For `commit` alone. What an act leaves first is what it is found by. */
export function keepLeaf(act: Act, leaf: number): void {
  if (!leaves.has(act)) leaves.set(act, leaf)
}

/** Where the first entry that an act left stands in the trail. Null: it left none, or was not committed. */
export const leafOfAct = (act: Act): number | null => leaves.get(act) ?? null
