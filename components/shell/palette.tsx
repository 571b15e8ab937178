'use client'

import { useRouter } from 'next/navigation'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Link } from '@/components/ui/link'
import type { NavigationItem } from './navigation'
import { paletteEntries } from './palette-entries'

type Props = { items: readonly NavigationItem[]; onClose: () => void }

/** Arrow keys move, Enter goes, Escape closes. */
export function Palette({ items, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const entries = paletteEntries(items, typed)
  const chosen = Math.min(at, entries.length - 1)
  useEffect(() => dialog.current?.showModal(), [])
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) setAt((chosen + step + entries.length) % Math.max(1, entries.length))
    const entry = entries[chosen]
    if (event.key === 'Enter' && entry) {
      router.push(entry.href)
      onClose()
    }
    if (step || event.key === 'Enter') event.preventDefault()
  }
  return (
    <dialog ref={dialog} className="palette" aria-label="Go to or find" onClose={onClose}>
      <input
        className="input"
        role="combobox"
        aria-label="Go to or find"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={entries[chosen] ? `palette-${chosen}` : undefined}
        placeholder="A page, or words in the trail"
        autoComplete="off"
        value={typed}
        onKeyDown={onKey}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
      />
      <div id="palette-list" role="listbox" aria-label="Pages">
        {entries.map(({ label, href, note }, index) => (
          <Link
            key={href}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            tabIndex={-1}
            className="listbox-item"
            data-highlighted={index === chosen ? '' : undefined}
            href={href}
            onClick={onClose}
          >
            {label} <span className="note">{note}</span>
          </Link>
        ))}
      </div>
      {entries.length === 0 ? <p className="listbox-empty">No page has this name.</p> : null}
    </dialog>
  )
}
