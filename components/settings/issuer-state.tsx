import { Badge } from '@/components/ui/badge'
import { Ago } from '@/components/ui/time'
import { answerState, type IssuerAnswer } from '@/lib/domain/issuer-answer'
import { type IssuerState as Issuer, issuerWords } from '@/lib/domain/trust-state'

/** What is believed of an issuer, and how it answers when it is asked for its keys. */
export function IssuerState({ issuer, answer, now }: { issuer: Issuer; answer: IssuerAnswer; now: Date }) {
  const { tone, label, says } = answerState(answer)
  return (
    <>
      <span className="break">{issuerWords(issuer)}</span>
      <span className="mt-1 block">
        <Badge tone={tone} plain>
          {label}
        </Badge>
        {answer.kind === 'asked' ? (
          <span className="muted">
            , asked <Ago at={answer.at} now={now} />
          </span>
        ) : null}
        <span className="break block">{says}</span>
      </span>
    </>
  )
}
