export type Option = { value: string; label: string; description?: string | undefined }

const folded = (text: string) => text.trim().toLowerCase()

export const isSame = (option: Option, other: Option) => option.value === other.value

/** What the list shows while somebody types: what holds the words in name or description. */
export const matches = ({ label, description = '' }: Option, typed: string) =>
  folded(`${label} ${description}`).includes(folded(typed))

/** An option that is named in full counts as chosen when the reader moves on. */
export const namedInFull = (options: readonly Option[], typed: string) =>
  options.find(({ label }) => folded(label) === folded(typed))
