'use client'

import { useEffect, useState, useSyncExternalStore } from 'react'
import { Button } from './button'
import { Icon } from './icon'
import { dismissToast, type ShownToast, toasts } from './toast-store'

const STAYS_MS = 8_000

/** Where toasts appear. One, in the root layout; the live region must be there before words come into it. */
export function Toaster() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.now, toasts.onServer)
  return (
    <section className="toasts" aria-label="Results" aria-live="polite">
      {shown.map((one) => (
        <ToastCard key={one.id} {...one} />
      ))}
    </section>
  )
}

function ToastCard({ id, tone = 'good', title, text, note }: ShownToast) {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    if (held || tone === 'bad') return
    const timer = setTimeout(dismissToast, STAYS_MS, id)
    return () => clearTimeout(timer)
  }, [held, tone, id])
  const hold = () => setHeld(true)
  const release = () => setHeld(false)
  return (
    <div
      className={`float toast t-${tone}`}
      role="status"
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
    >
      <Icon name={tone} />
      <div>
        <b>{title}</b> {text} {note ? <span className="note">{note}</span> : null}
      </div>
      <Button variant="quiet" small icon aria-label="Close" onClick={() => dismissToast(id)}>
        <Icon name="close" />
      </Button>
    </div>
  )
}
