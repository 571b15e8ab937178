import { Part } from '@/components/ui/part'
import { Untrusted } from '@/components/ui/untrusted'
import { visibleParts } from '@/lib/domain/clean-text'
import type { RequestRecord } from '@/lib/domain/request-record'
import { counted } from './words'

/** What the requester wrote: below everything the platform computed, boxed, plain, never checked. */
export function WordsPart({ request, isHandedOn }: { request: RequestRecord; isHandedOn: boolean }) {
  const { goal, justification, ticket } = request
  const parts = visibleParts([goal, justification, ticket && `Ticket ${ticket}`].filter(Boolean).join('\n\n'))
  const hidden = parts.filter(({ kind }) => kind === 'code_point').length
  const found = hidden > 0 ? `, ${counted(hidden, 'invisible character')} made visible` : ''
  return (
    <Part
      title="Written by the requester"
      aside={
        isHandedOn
          ? 'Of the request that this was handed on from. Not checked by anyone.'
          : 'Not checked by anyone. Not part of what an approver signs.'
      }
    >
      <Untrusted header={`Goal, justification and ticket, plain text${found}`} segments={parts} />
    </Part>
  )
}
