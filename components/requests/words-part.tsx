import { Part } from '@/components/ui/part'
import { Untrusted } from '@/components/ui/untrusted'
import { visibleParts } from '@/lib/domain/clean-text'
import { counted } from '@/lib/domain/counted'
import { isUnconfirmed, type RequestRecord } from '@/lib/domain/request-record'
import { Reason } from './reason'

function originOf(request: RequestRecord, isHandedOn: boolean): string {
  if (isHandedOn) return 'From the request that this was handed on from. '
  if (!request.proposedUnder) return ''
  const { slug } = request.agent
  return isUnconfirmed(request)
    ? `${slug} wrote this, nobody else has confirmed it. `
    : `Proposed by ${slug}, confirmed by the requester. `
}

/** What the requester wrote: below everything the platform computed, boxed, plain, never checked. */
export function WordsPart({ request, isHandedOn }: { request: RequestRecord; isHandedOn: boolean }) {
  const { goal, justification, ticket, declineReason } = request
  const parts = visibleParts([goal, justification, ticket && `Ticket ${ticket}`].filter(Boolean).join('\n\n'))
  const hidden = parts.filter(({ kind }) => kind === 'code_point').length
  const found = hidden > 0 ? `, ${counted(hidden, 'invisible character')} made visible` : ''
  return (
    <Part
      title={isUnconfirmed(request) ? 'Written by the agent' : 'Written by the requester'}
      aside={`${originOf(request, isHandedOn)}Not checked by anyone. Not part of what an approver signs.`}
    >
      <Untrusted header={`Goal, justification and ticket, plain text${found}`} segments={parts} />
      {declineReason ? (
        <Reason label="Reason of the decline" by={request.requester.name} text={declineReason} />
      ) : null}
    </Part>
  )
}
