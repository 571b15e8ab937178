import { Callout } from '@/components/ui/callout'
import { Sensitivity } from '@/components/ui/small-marks'
import { Untrusted } from '@/components/ui/untrusted'
import { counted } from '@/lib/domain/counted'
import type { InboxRow } from '@/lib/domain/inbox'
import { cappedInWords, listed, shortDuration, subAgentsInWords } from '../requests/words'
import { differenceWords, firstTime } from './difference-words'
import type { LaidRow } from './laid-rows'
import { meanwhileWords } from './meanwhile-words'

/** What a signature is about, whole, before it is given: computed first, then what the requester wrote, folded. */
export function InboxTerms({ laid: { row, gone }, now }: { laid: LaidRow; now: number }) {
  const first = firstTime(row.difference, row.scopes)
  return (
    <>
      {gone ? (
        <Callout tone="wait" role="alert" title={meanwhileWords(gone, now)}>
          Nothing was signed by you.
        </Callout>
      ) : null}
      <p>
        {row.agent} asks for <b>{listed(row.scopes.map(({ action }) => action))}</b> for{' '}
        {shortDuration(row.durationSeconds)}
        {row.uses === null ? '' : `, ${cappedInWords(null, row.uses)}`}, in {row.environment}, for{' '}
        {row.requester}.
      </p>
      <ul className="given">
        {row.scopes.map((scope) => (
          <li key={scope.id}>
            <code>
              {scope.action} {scope.resource}
            </code>{' '}
            <Sensitivity level={scope.sensitivity} />
          </li>
        ))}
      </ul>
      {row.delegation ? (
        <p>
          Signed for the sub-agents <b>{subAgentsInWords(row.delegation)}</b>, too.
        </p>
      ) : null}
      {isLess(row) ? (
        <p>
          Earlier signatures left {row.scopes.length} of {counted(row.asked.scopes, 'scope')} for{' '}
          {shortDuration(row.durationSeconds)} instead of {shortDuration(row.asked.durationSeconds)}
          {row.uses === null ? '' : `, ${cappedInWords(null, row.uses)}`}.
        </p>
      ) : null}
      <p className="note">
        {first ? `First time: ${first} ` : ''}
        {differenceWords(row.difference, row.scopes)}
      </p>
      <details>
        <summary>Written by the requester</summary>
        <Untrusted header="Not checked by anyone. Not part of what you sign." segments={row.words} />
      </details>
    </>
  )
}

const isLess = ({ scopes, durationSeconds, uses, asked }: InboxRow) =>
  scopes.length < asked.scopes || durationSeconds < asked.durationSeconds || uses !== null
