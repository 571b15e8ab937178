import type { NavigationItem } from './navigation'

export type Entry = { label: string; href: string; note: string }

const TRAIL = '/audit'
const holds = (label: string, words: string) => label.toLowerCase().includes(words.toLowerCase())

/** Pages whose name holds the words, then the trail searched for them, for those who have a trail to search. */
export function paletteEntries(items: readonly NavigationItem[], typed: string): Entry[] {
  const words = typed.trim()
  const pages = items
    .filter(({ label }) => holds(label, words))
    .map(({ label, href }) => ({ label, href, note: 'Page' }))
  if (!words || !items.some(({ href }) => href === TRAIL)) return pages
  const search = {
    label: `Find “${words}”`,
    href: `${TRAIL}?q=${encodeURIComponent(words)}`,
    note: 'Audit trail',
  }
  return [...pages, search]
}
