import type { SetupLink } from '@/lib/domain/setup-link'
import { ChangedMeanwhile, expectOne, type Tx } from './commit'

/** A new link takes the place of the last one, and of the right it gave. */
export const replaceSetupLink = async (tx: Tx, link: Pick<SetupLink, 'hash' | 'expires'>): Promise<void> => {
  const fresh = { ...link, opened: null, rightHash: null, rightExpires: null, used: null }
  await tx.setupLink.upsert({ where: { id: 1 }, create: { id: 1, ...fresh }, update: fresh })
}

/** Of those who follow the link at once, one gets the right: the row is written over its unopened state. */
export const openSetupLinkRow = async (
  tx: Tx,
  hash: string,
  right: { opened: Date; rightHash: string; rightExpires: Date },
): Promise<void> => {
  const written = await tx.setupLink.updateMany({ where: { id: 1, hash, opened: null }, data: right })
  expectOne(written)
}

/** Uses the right up. Asked again under the row's lock: with an administrator there is no first one any more. */
export const spendSetupRight = async (tx: Tx, rightHash: string, used: Date): Promise<void> => {
  const written = await tx.setupLink.updateMany({
    where: { id: 1, rightHash, used: null, rightExpires: { gt: used } },
    data: { used },
  })
  expectOne(written)
  const there = await tx.roleHolding.count({ where: { role: 'administrator', person: { disabled: null } } })
  if (there > 0) throw new ChangedMeanwhile()
}
