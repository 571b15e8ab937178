export type Figure = { label: string; value: string; unit?: string | undefined }

/** Figures instead of adjectives: four that matter to a role. */
export function Numbers({ label, figures }: { label: string; figures: readonly Figure[] }) {
  return (
    <dl className="numbers" aria-label={label}>
      {figures.map(({ label, value, unit }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value} {unit ? <small>{unit}</small> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}
