import { BeforeAfter } from './before-after'
import { Propose, type Proposing } from './propose'

type Props = {
  person: { id: string; name: string }
  reset: { before: string; after: string; problem: string | null }
  proposing: Proposing
}

/** For who has lost a telephone or a key. Nobody resets what is not there. */
export function ResetFactor({ person, reset, proposing }: Props) {
  if (reset.problem) return null
  return (
    <Propose
      {...proposing}
      verb="Reset second factor"
      variant="danger"
      title={`Reset the second factor of ${person.name}`}
      fields={{ kind: 'factor.reset', personId: person.id }}
      said={`Second factor of ${person.name} reset.`}
    >
      <BeforeAfter before={reset.before} after={reset.after} />
      <p>
        Every sign-in of theirs ends. They come in with their password or at the identity provider, and set up
        new ones. Make sure that it is them who asks.
      </p>
    </Propose>
  )
}
