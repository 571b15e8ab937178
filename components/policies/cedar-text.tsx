// Strings and comments first, so that no word inside them is taken for the language's.
const PIECES = /("(?:[^"\\]|\\.)*"|\/\/[^\n]*)|(\b(?:permit|forbid|when|unless)\b|@[a-z]+)/g

/** Cedar with its effect, its conditions and its annotations in ink. */
export function CedarText({ text, label }: { text: string; label: string }) {
  const parts: { at: number; text: string; strong: boolean }[] = []
  let end = 0
  for (const match of text.matchAll(PIECES)) {
    if (match[2] === undefined) continue
    parts.push({ at: end, text: text.slice(end, match.index), strong: false })
    parts.push({ at: match.index, text: match[2], strong: true })
    end = match.index + match[2].length
  }
  parts.push({ at: end, text: text.slice(end), strong: false })
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <pre tabIndex={0} role="group" aria-label={label}>
      {parts.map((part) =>
        part.strong ? <b key={part.at}>{part.text}</b> : <span key={`${part.at} text`}>{part.text}</span>,
      )}
    </pre>
  )
}
