'use client'

import { unattendedCookie, unattendedName } from '@/lib/web/unattended'

const POINTER_RESTS_MS = 2000
const AWAY_AFTER_MS = 60_000
let moved = 0
let touched = 0

const USES = ['pointermove', 'pointerdown', 'keydown', 'wheel', 'touchstart'] as const

/** Remembers when the pointer last moved (one that rests is about to press nothing) and when anything was touched. */
export function trackUse() {
  const note = ({ type }: Event) => {
    touched = Date.now()
    if (type === 'pointermove') moved = touched
    if (document.cookie.includes(`${unattendedName(isSecure())}=`)) sayUnattended(0)
  }
  for (const use of USES) document.addEventListener(use, note, { passive: true })
  return () => {
    for (const use of USES) document.removeEventListener(use, note)
  }
}

const isSecure = () => location.protocol === 'https:'

const sayUnattended = (seconds: number) => {
  // biome-ignore lint/suspicious/noDocumentCookie: the one that works in every browser, and it carries no secret
  document.cookie = unattendedCookie(isSecure(), seconds)
}

/** Said before a page asks for itself: when nobody is there, the asking is no use of the sign-in. */
export function sayWhetherAttended() {
  if (Date.now() - touched > AWAY_AFTER_MS) sayUnattended(5)
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
