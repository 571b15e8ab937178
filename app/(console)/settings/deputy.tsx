import { DeputyPart } from '@/components/settings/deputy-part'
import { listDeputiesOf } from '@/lib/data/deputies'
import { listGroups } from '@/lib/data/groups'
import { listPersonNames } from '@/lib/data/people'
import { type Actor, may } from '@/lib/domain/access'
import { isRunning } from '@/lib/domain/deputy'
import { whoCanSign } from '@/lib/domain/who-is-asked'
import { pageNow } from '@/lib/web/session'
import { endDeputyAction, nameDeputyAction } from './actions'

/** One's deputies, and whom one is the deputy of. */
export async function Deputy({ actor }: { actor: Actor }) {
  if (!may(actor, 'deputy.name')) return null
  const { personId, tenantId } = actor
  const now = await pageNow()
  const [deputies, groups] = await Promise.all([listDeputiesOf(personId, now), listGroups(tenantId)])
  const names = await listPersonNames(deputies.flatMap((one) => [one.personId, one.deputyId]))
  const options = groups
    .filter(({ members }) => whoCanSign(members).includes(personId))
    .flatMap(({ id, name: groupName, members }) =>
      members
        .filter((one) => one.personId !== personId && whoCanSign(members).includes(one.personId))
        .map((one) => ({ value: `${id} ${one.personId}`, label: `${one.name}, ${groupName}` })),
    )
  return (
    <DeputyPart
      deputies={deputies.map((one) => ({
        id: one.id,
        groupName: groups.find(({ id }) => id === one.groupId)?.name ?? one.stage,
        personName: names.get(one.personId) ?? one.personId,
        deputyName: names.get(one.deputyId) ?? one.deputyId,
        from: one.from,
        until: one.until,
        isMine: one.personId === personId,
        isRunning: isRunning(one, now),
      }))}
      options={options}
      today={now.toISOString().slice(0, 10)}
      actions={{ name: nameDeputyAction, end: endDeputyAction }}
    />
  )
}
