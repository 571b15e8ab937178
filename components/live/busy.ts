'use client'

const POINTER_RESTS_MS = 2000
let moved = 0

/** Remembers when the pointer last moved: one that rests is not about to press anything. */
export function trackPointer() {
  const note = () => {
    moved = Date.now()
  }
  document.addEventListener('pointermove', note, { passive: true })
  return () => document.removeEventListener('pointermove', note)
}

const isAimingAtRow = () =>
  Date.now() - moved < POINTER_RESTS_MS && document.querySelector('main tbody:hover') !== null

const isTyping = () => {
  const field = document.activeElement
  return (
    (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) &&
    field.value !== field.defaultValue
  )
}

/** Whether new content would come between somebody and what they are doing. */
export const isBusy = () =>
  document.querySelector('dialog[open], main select:focus') !== null || isTyping() || isAimingAtRow()
