import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import type { Lack } from '@/lib/domain/second-factor'

/** Whoever was given a role while signed in holds it only with a second factor, and hears of it nowhere else. */
export function FactorNeeded({ lacks }: { lacks: Lack | null | undefined }) {
  if (lacks !== 'set_up') return null
  return (
    <Callout tone="wait" title="You were given a role that needs a second factor.">
      You hold it once you have <Link href="/second-factor">set one up</Link>.
    </Callout>
  )
}
