/** Text a machine compares: it scrolls in both directions and the keyboard reaches it. */
export function Code({ label, children }: { label: string; children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <pre tabIndex={0} role="group" aria-label={label}>
      {children}
    </pre>
  )
}
