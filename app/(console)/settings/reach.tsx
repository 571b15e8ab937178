import { ReachPart } from '@/components/settings/reach-part'
import { listMailAddresses } from '@/lib/data/mail-addresses'
import { listReach } from '@/lib/data/preferences'
import type { Actor } from '@/lib/domain/access'
import { settings } from '@/lib/usecases/facts/settings'
import { chooseNoticesAction } from './actions'

/** What reaches whoever looks, and where. */
export async function Reach({ actor: { personId } }: { actor: Actor }) {
  const [reach, addresses] = await Promise.all([
    listReach([personId]),
    settings().passwords ? listMailAddresses([personId]) : new Map<string, string>(),
  ])
  return (
    <ReachPart
      on={[...reach(personId)]}
      mailTo={addresses.get(personId) ?? null}
      action={chooseNoticesAction}
    />
  )
}
