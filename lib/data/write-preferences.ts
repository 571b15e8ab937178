import type { PersonId } from '@/lib/domain/ids'
import type { PreferenceName } from '@/lib/domain/preference'
import type { Tx } from './commit'

export const replacePreference = async (
  tx: Tx,
  { personId, name, value }: { personId: PersonId; name: PreferenceName; value: string },
): Promise<void> => {
  await tx.preference.upsert({
    where: { personId_name: { personId, name } },
    create: { personId, name, value },
    update: { value },
  })
}
