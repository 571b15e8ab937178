export type Option = { value: string; label: string; description?: string | undefined }

/** `typed` is null until somebody types; until then the chosen option's label stands in the box. */
export type ComboboxState = { open: boolean; typed: string | null; active: number }

export const CLOSED: ComboboxState = { open: false, typed: null, active: -1 }

const folded = (text: string) => text.trim().toLowerCase()

/** What the list shows: everything until somebody types, then what holds the words in name or description. */
export function matching(options: readonly Option[], typed: string | null): readonly Option[] {
  const words = folded(typed ?? '')
  if (!words) return options
  return options.filter(({ label, description = '' }) => folded(`${label} ${description}`).includes(words))
}

/** An option that is named in full counts as chosen when the reader moves on. */
export const namedInFull = (options: readonly Option[], typed: string | null) =>
  typed === null ? undefined : options.find(({ label }) => folded(label) === folded(typed))

export function opened(options: readonly Option[], value: string): ComboboxState {
  const chosen = options.findIndex((option) => option.value === value)
  return { open: true, typed: null, active: Math.max(chosen, options.length > 0 ? 0 : -1) }
}

export const typing = (typed: string, found: number): ComboboxState => ({
  open: true,
  typed,
  active: found > 0 ? 0 : -1,
})

/** Arrow keys go round; Home and End belong to the text in the box. */
export function moved(state: ComboboxState, step: 1 | -1, found: number): ComboboxState {
  if (found === 0) return { ...state, active: -1 }
  return { ...state, active: (state.active + step + found) % found }
}
