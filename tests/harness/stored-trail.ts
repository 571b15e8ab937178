import { canonicalJson } from '@/lib/trail/canonical'
import { chainHash, leafHash } from '@/lib/trail/hash'
import { asked } from './accounts'

type Row = { leaf: string; entry: string; leaf_hash: Buffer; chain: Buffer }

/** Reads a whole trail and returns how many entries it has, or throws at the first that does not follow. */
export async function verifiedTrail(url: string): Promise<number> {
  const rows = (await asked(
    url,
    'select leaf, entry, leaf_hash, chain from trail_event order by leaf',
  )) as Row[]
  let chain: Uint8Array = new Uint8Array(32)
  for (const [at, row] of rows.entries()) {
    chain = chainHash(chain, leafHash(row.entry))
    const follows =
      Number(row.leaf) === at &&
      row.entry === canonicalJson(JSON.parse(row.entry)) &&
      row.leaf_hash.equals(leafHash(row.entry)) &&
      row.chain.equals(chain)
    if (!follows) throw new Error(`Entry ${row.leaf} does not follow.`)
  }
  const [head] = await asked(url, 'select next_leaf::int as next, chain from trail_head')
  const isHead = head?.next === rows.length && Buffer.from(chain).equals(head.chain as Buffer)
  if (!isHead) throw new Error('The head is not the head of these entries.')
  return rows.length
}
