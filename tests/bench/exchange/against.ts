import { type Line, median, spreadOf, times } from '../figures'
import type { Results } from './lines'
import type { Variant } from './variants'

type Beside = { what: string; of?: Variant['key']; beside: Variant['key']; goal?: number }

const PAIRS: readonly Beside[] = [
  {
    what: 'exchange / oidc-provider with a client secret, ES256 as ours',
    ...{ beside: 'plain ES256', goal: 1 },
  },
  {
    what: 'exchange / the same with RS256, as it signs unless told otherwise',
    ...{ beside: 'plain RS256', goal: 1 },
  },
  {
    what: 'exchange / oidc-provider with private_key_jwt and DPoP, like for like, ES256',
    ...{ beside: 'proven ES256', goal: 2 },
  },
  { what: 'exchange / the same with RS256', beside: 'proven RS256', goal: 2 },
  { what: 'exchange / the least of one: a verification, a signature, a row', beside: 'floor' },
  {
    what: 'the least of an exchange / oidc-provider with a client secret, ES256',
    ...{ of: 'floor', beside: 'plain ES256' },
  },
  {
    what: 'exchange, no proof sent before / oidc-provider with a client secret, ES256',
    ...{ of: 'fresh', beside: 'plain ES256' },
  },
]

/** What each round of one way of asking was beside the same round of another. */
export function againstLines(results: Results): Line[] {
  return PAIRS.map(({ what, of = 'cached', beside, goal }) => {
    const others = results.get(beside) ?? []
    const ratios = (results.get(of) ?? []).map(({ rate }, at) => rate / (others[at]?.rate ?? Number.NaN))
    return {
      what,
      figure: times(median(ratios)),
      spread: spreadOf(ratios),
      ...(goal ? { goal: `≥ ${times(goal)}`, holds: median(ratios) >= goal } : {}),
    }
  })
}
