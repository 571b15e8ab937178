'use client'

import { useEffect, useState } from 'react'
import type { RequestId } from '@/lib/domain/ids'
import type { LaidRow } from './laid-rows'

export const INBOX_KEYS = [
  { key: 'j', says: 'Next request' },
  { key: 'k', says: 'Request before' },
  { key: 'a', says: 'Approve the marked request: opens what you would sign' },
  { key: 'd', says: 'Deny the marked request: opens what you would sign' },
  { key: 'x', says: 'Select it, or select it no more' },
  { key: '?', says: 'These keys' },
] as const

const TYPED_INTO = 'input:not([type="checkbox"]), textarea, select, [contenteditable]'

/** A single key acts only outside of dialogs and fields, and never with a modifier that is the browser's. */
function keyOf(event: KeyboardEvent): string | null {
  const { target, defaultPrevented, ctrlKey, metaKey, altKey, isComposing, repeat } = event
  if (defaultPrevented || ctrlKey || metaKey || altKey || isComposing) return null
  if (document.querySelector('dialog[open], [popover]:popover-open')) return null
  if (target instanceof Element && target.closest(TYPED_INTO)) return null
  return repeat && event.key !== 'j' && event.key !== 'k' ? null : event.key
}

const rowOf = (id: RequestId) => document.querySelector<HTMLElement>(`tr[data-request="${id}"]`)

const focusRow = (id: RequestId | undefined) => {
  if (id) rowOf(id)?.querySelector<HTMLElement>('a')?.focus()
}

// Whoever is elsewhere on the page is not called back.
const isAtRows = () =>
  document.querySelector('dialog[open]') === null &&
  (document.activeElement === document.body || document.activeElement?.closest('table') !== null)

/** The row that holds the focus. One that is over is none. */
const focused = () => document.activeElement?.closest('tr')?.getAttribute('data-request') ?? null

type Keys = {
  isOn: boolean
  rows: readonly LaidRow[]
  onToggle: (id: RequestId) => void
  onHelp: () => void
}

/** j and k move, a and d open, x selects, ? helps. The first row is marked until another one is. */
export function useInboxKeys({ isOn, rows, onToggle, onHelp }: Keys): RequestId | null {
  const [marked, setMarked] = useState<RequestId | null>(null)
  const open = rows.filter(({ gone }) => !gone).map(({ row }) => row.id)
  const at = rows.findIndex(({ row }) => row.id === marked)
  // What was marked is over: the next one in the same order is marked.
  const next = rows.slice(Math.max(0, at)).find(({ gone }) => !gone)?.row.id ?? open.at(-1) ?? null
  useEffect(() => {
    const note = () => {
      const id = open.find((one) => one === focused())
      if (id) setMarked(id)
    }
    document.addEventListener('focusin', note)
    return () => document.removeEventListener('focusin', note)
  }, [open])
  useEffect(() => {
    const follow = () => {
      if (marked && next && marked !== next && isAtRows()) focusRow(next)
    }
    follow()
    // The list may hear of the decision before its dialog has closed. That event does not bubble.
    document.addEventListener('close', follow, true)
    return () => document.removeEventListener('close', follow, true)
  }, [marked, next])
  useEffect(() => {
    if (!isOn) return
    const press = (event: KeyboardEvent) => {
      const key = keyOf(event)
      // Two keys in a row may be faster than the mark is drawn: the focus knows first.
      const held = open.find((one) => one === focused())
      const at = held ?? next
      const here = at ? open.indexOf(at) : -1
      const step = key === 'j' ? 1 : key === 'k' ? -1 : 0
      if (step) focusRow(open[held ? Math.min(open.length - 1, Math.max(0, here + step)) : here])
      else if (key === '?') onHelp()
      else if (key === 'x' && at) onToggle(at)
      else if ((key === 'a' || key === 'd') && at)
        rowOf(at)?.querySelector<HTMLElement>(`[data-key="${key}"] > button`)?.click()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [isOn, open, next, onToggle, onHelp])
  return next
}
