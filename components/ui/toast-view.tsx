'use client'

import { Toast as Base } from '@base-ui/react/toast'
import { useEffect } from 'react'
import { buttonClass } from './button'
import { Icon } from './icon'
import type { Toast } from './toast'
import type { Tone } from './tone'

type ToastMore = { tone: Tone; text?: string | undefined; note?: string | undefined }

const STAYS_MS = 8_000

// It says something and asks nothing: not the dialog Base UI makes of it.
const NOT_MODAL = { 'aria-modal': undefined }

export const toastManager = Base.createToastManager<ToastMore>()

/** Said when the live region is there. */
export let isThere = () => {}
const liveRegion = new Promise<void>((resolve) => {
  isThere = resolve
})

/** Puts words into the live region once it is there: before, nobody would hear them. */
export async function show({ tone = 'good', title, text, note }: Toast): Promise<void> {
  await liveRegion
  toastManager.add({ title, timeout: staysFor(tone), data: { tone, text, note } })
}

/** What went wrong stays until it is closed; the rest leaves by itself. */
export const staysFor = (tone: Tone) => (tone === 'bad' ? 0 : STAYS_MS)

/** Where toasts appear. The live region must be there before words come into it. */
export function ToastView() {
  useEffect(() => isThere(), [])
  return (
    <Base.Provider toastManager={toastManager} limit={3}>
      <Base.Viewport className="toasts" aria-label="Results">
        <Toasts />
      </Base.Viewport>
    </Base.Provider>
  )
}

/** The newest last, nearest to where the eye is. */
function Toasts() {
  const { toasts } = Base.useToastManager<ToastMore>()
  return toasts.toReversed().map((one) => <ToastCard key={one.id} toast={one} />)
}

function ToastCard({ toast }: { toast: Base.Root.ToastObject<ToastMore> }) {
  const { tone, text, note } = toast.data ?? { tone: 'good' }
  return (
    <Base.Root
      toast={toast}
      swipeDirection="right"
      role="status"
      {...NOT_MODAL}
      className={`float toast t-${tone}`}
    >
      <Icon name={tone} />
      <Base.Content>
        <Base.Title render={<b />} /> {text} {note ? <span className="note">{note}</span> : null}
      </Base.Content>
      <Base.Close
        className={buttonClass({ variant: 'quiet', small: true, icon: true })}
        aria-label="Close"
        aria-hidden={false}
      >
        <Icon name="close" />
      </Base.Close>
    </Base.Root>
  )
}
