import { Callout } from '@/components/ui/callout'
import type { Prepared } from './use-signing'

type Props = { shown: Pick<Prepared, 'room' | 'stage'>; isForAnother: boolean }

/** Said before a signature after which its stage cannot be filled by those who are in its group. */
export function LittleRoom({ shown: { room, stage }, isForAnother }: Props) {
  if (!room || room.people >= room.places) return null
  const { places, people } = room
  const left = people === 0 ? 'nobody else' : people === 1 ? 'only 1 other person' : `only ${people} others`
  return (
    <Callout tone="wait" title={`${stage.groupName} could not be signed in full then.`} role="status">
      It takes {places} more after yours, and {left} could still sign.{' '}
      {isForAnother ? 'Who signs for another takes two people for one place. ' : null}
      The request would wait until somebody joins the group.
    </Callout>
  )
}
