import type { ReactNode } from 'react'

/** A run of plain text, or one invisible character by its code point. */
export type Segment = { kind: 'text'; text: string } | { kind: 'code_point'; label: string }

type Props = {
  /** Who wrote it and that nobody checked it. */
  header: ReactNode
  label?: string
  segments: readonly Segment[]
}

/** Words nobody checked: typed, boxed, isolated, never higher than 200 px. Never above what the platform computed. */
export function Untrusted({ header, label = 'Untrusted text', segments }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <div className="untrusted" role="group" aria-label={label}>
      <header>{header}</header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div tabIndex={0} dir="auto">
        <UntrustedWords segments={segments} />
      </div>
    </div>
  )
}

/** The same words inside a line of a table. */
export function UntrustedWords({ segments }: { segments: readonly Segment[] }) {
  return (
    <bdi>
      {segments.map((segment, index) => {
        const key = `${index}-${segment.kind}`
        if (segment.kind === 'text') return <span key={key}>{segment.text}</span>
        return (
          <span key={key} className="cp" title="Invisible character">
            {segment.label}
          </span>
        )
      })}
    </bdi>
  )
}
