'use client'

import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { Icon } from '@/components/ui/icon'
import type { NavigationItem } from './navigation'

const Palette = dynamic(() => import('./palette').then(({ Palette }) => Palette), { ssr: false })

/** The box in the bar. What it opens is loaded on first use. */
export function Find({ items }: { items: readonly NavigationItem[] }) {
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
      event.preventDefault()
      setOpen(true)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button type="button" className="find" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="search" />
        <span>Go to or find</span>
        <kbd>Ctrl K</kbd>
      </button>
      {open ? <Palette items={items} onClose={() => setOpen(false)} /> : null}
    </>
  )
}
