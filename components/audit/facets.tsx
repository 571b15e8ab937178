import type { TrailQuery } from '@/lib/domain/trail-query'
import { FACETS, type Facet, type FacetValue, type TrailSummary } from '@/lib/domain/trail-record'

type Props = { query: TrailQuery; summary: TrailSummary; nameOf: (humanId: string) => string }

const NAMES = ['event', 'outcome', 'human', 'policy'] as const satisfies readonly Facet[]

/** What the matching entries are made of. A tick narrows the search. */
export function Facets({ query, summary, nameOf }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: four lists of boxes under one name
    <div className="facets" role="group" aria-label="Facets">
      {NAMES.map((facet) => (
        <FacetList
          key={facet}
          facet={facet}
          chosen={query.fields[facet]}
          values={summary.facets[facet]}
          nameOf={nameOf}
        />
      ))}
    </div>
  )
}

type ListProps = {
  facet: Facet
  chosen: readonly string[]
  values: readonly FacetValue[]
  nameOf: (humanId: string) => string
}

const isChosen = (facet: Facet, { value, label }: FacetValue, chosen: string) =>
  chosen === value || (facet === 'human' && chosen.toLowerCase() === label.toLowerCase())

function FacetList({ facet, chosen, values, nameOf }: ListProps) {
  // What was chosen and no longer occurs stays in sight, so that it can be taken away again.
  const missing = chosen
    .filter((one) => !values.some((value) => isChosen(facet, value, one)))
    .map((value) => ({ value, label: facet === 'human' ? nameOf(value) : value, count: 0 }))
  const all = [...values, ...missing]
  return (
    <div>
      <h2>{FACETS[facet]}</h2>
      {all.length === 0 ? <p className="note">None</p> : null}
      {all.map((one) => (
        <label key={one.value} title={one.label}>
          <input
            type="checkbox"
            name={facet}
            value={one.value}
            defaultChecked={chosen.some((value) => isChosen(facet, one, value))}
          />
          <span>{one.label}</span>
          <code>{one.count.toLocaleString('en')}</code>
        </label>
      ))}
    </div>
  )
}
