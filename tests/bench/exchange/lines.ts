import { type Line, median, ms, perSecond, quantile, spreadOf, times } from '../figures'
import type { Round } from './round'
import type { Variant } from './variants'

const TAIL_GOAL = 3

/** What the rounds of each way of asking came to. */
export type Results = Map<Variant['key'], Round[]>

const over = (rounds: readonly Round[], figure: (round: Round) => number) => rounds.map(figure)

export function lineOf({ what, key }: Variant, results: Results): Line[] {
  const rounds = results.get(key) ?? []
  if (rounds.length === 0) return [{ what, figure: 'no round without a failure', goal: 'none', holds: false }]
  const rates = over(rounds, ({ rate }) => rate)
  const cpu = over(rounds, ({ serverMs }) => serverMs)
  return [
    { what, figure: perSecond(median(rates)), spread: spreadOf(rates, perSecond) },
    {
      what: '… processor time of the server for one',
      figure: ms(median(cpu)),
      spread: spreadOf(cpu, ms),
    },
    ...(rounds[0]?.databaseMs
      ? [
          {
            what: '… processor time of the database for one',
            figure: ms(median(over(rounds, ({ databaseMs }) => databaseMs))),
            spread: spreadOf(
              over(rounds, ({ databaseMs }) => databaseMs),
              ms,
            ),
          },
        ]
      : []),
    {
      what: '… answered after, p50 / p99',
      figure: `${ms(median(over(rounds, ({ p50 }) => p50)))} / ${ms(median(over(rounds, ({ p99 }) => p99)))}`,
      spread: spreadOf(
        over(rounds, ({ p99 }) => p99),
        ms,
      ),
    },
  ]
}

/** Of the three proofs of an exchange, how many were not verified again: the DPoP proof always is. */
export function shareLine(results: Results): Line {
  const share = (key: Variant['key']) => {
    const rounds = results.get(key) ?? []
    const [kept, tokens] = [sumOf(rounds, 'kept'), sumOf(rounds, 'tokens')]
    return `${((100 * kept) / (3 * tokens)).toFixed(1)} % of ${3 * tokens}`
  }
  return {
    what: 'proofs taken from the cache, as the authority counts them',
    figure: share('cached'),
    ratio: `with none sent before: ${share('fresh')}`,
  }
}

/** Of what policy had to answer, how much it had answered within the minute under the very same facts. */
export function answersLine(results: Results): Line {
  const share = (key: Variant['key']) => {
    const answers = (results.get(key) ?? []).map((round) => round.answers)
    const [asked, kept] = [sum(answers.map((one) => one.asked)), sum(answers.map((one) => one.kept))]
    return `${((100 * kept) / asked).toFixed(1)} % of ${asked}`
  }
  return {
    what: 'decisions taken from the cache, as the authority counts them',
    figure: share('cached'),
    ratio: `with no proof sent before: ${share('fresh')}`,
  }
}

/** How much longer the slowest of a hundred wait than the middle one. */
export function tailLine(results: Results): Line {
  const tails = over(results.get('cached') ?? [], ({ p50, p99 }) => p99 / p50)
  return {
    what: 'p99 of the exchange, workload JWT and mandate sent before',
    figure: `${times(median(tails))} p50`,
    spread: spreadOf(tails),
    goal: `≤ ${TAIL_GOAL} × p50`,
    holds: median(tails) <= TAIL_GOAL,
  }
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

const sumOf = (rounds: readonly Round[], figure: 'kept' | 'tokens'): number =>
  sum(rounds.map((round) => round[figure]))

export const clientLine = (results: Results): Line => {
  const cpu = over([...results.values()].flat(), ({ clientMs }) => clientMs)
  return {
    what: '… processor time of the load process for one',
    figure: ms(quantile(cpu, 0.5)),
    spread: spreadOf(cpu, ms),
  }
}
