/** What a mail says. The link is the only thing in it that must not be passed on. */
export type Letter = {
  subject: string
  paragraphs: readonly string[]
  link: { label: string; url: string }
  after: readonly string[]
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// A name in a letter is what somebody typed.
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPED[character] ?? '')

export const textOf = ({ paragraphs, link, after }: Letter): string =>
  [...paragraphs, link.url, ...after].join('\n\n').concat('\n')

/** The same words for programs that show HTML: no picture, no script, nothing that is fetched. */
export function htmlOf({ subject, paragraphs, link, after }: Letter): string {
  const said = (texts: readonly string[]) => texts.map((text) => `<p>${escaped(text)}</p>`).join('\n')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head>
<body style="font: 16px/24px sans-serif; color: #14201b; max-width: 36em">
${said(paragraphs)}
<p><a href="${escaped(link.url)}">${escaped(link.label)}</a></p>
${said(after)}
</body></html>
`
}
