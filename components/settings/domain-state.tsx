import { Badge } from '@/components/ui/badge'
import { Ago, Moment } from '@/components/ui/time'
import { believedUntil, bundleWords } from '@/lib/domain/trust-bundle'
import { type DomainState as Domain, domainPlaceWords } from '@/lib/domain/trust-state'

/** What is believed of a trust domain, where it comes from, and what is wrong with that. */
export function DomainState({ domain, now }: { domain: Domain; now: Date }) {
  const until = believedUntil(domain)
  const isOver = until !== null && until <= now
  return (
    <>
      <span className="break">
        {bundleWords(domain)}; {domainPlaceWords(domain.environment)}
      </span>
      {domain.refreshed ? (
        <>
          ; last fetched <Ago at={domain.refreshed} now={now} />
        </>
      ) : null}
      {domain.problem && until ? (
        <span className="mt-1 block">
          <Badge tone="bad" plain>
            Cannot be fetched
          </Badge>
          <span className="block">
            {domain.problem}{' '}
            {isOver ? 'It is not believed any more, since ' : 'The last one is believed until '}
            <Moment at={until} />.
          </span>
        </span>
      ) : null}
    </>
  )
}
