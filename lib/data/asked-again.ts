import type { TrailEvent } from '@/lib/domain/events'
import { countRepeats } from '@/lib/domain/repeats'
import { type BatchStep, groupCommit } from './commit-batch'

/** The questions of resource servers that this process has answered in the last minute. */
export const askedAgain = countRepeats(() => performance.now())

const step: BatchStep<TrailEvent, null> = async (_, events) =>
  events.map((event) => ({ act: { via: 'sweeper' }, answer: null, events: [event] }))

const writeEvent = groupCommit(step)

/**
 * Writes down how often questions were asked again whose minute is over, or all of them. What cannot be written is
 * written with the next.
 */
export async function writeRepeats({ all }: { all: boolean }): Promise<void> {
  const written = askedAgain.leftOver(all).map(({ event, repeats, giveBack }) =>
    writeEvent({ ...event, type: 'credential.asked_again', data: { ...event.data, repeats } }).catch(
      (fault: unknown) => {
        giveBack()
        throw fault
      },
    ),
  )
  const failed = (await Promise.allSettled(written)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
