'use client'

import { Toast as Base } from '@base-ui/react/toast'
import { buttonClass } from './button'
import { Icon } from './icon'
import { type ToastMore, toastManager } from './toast-store'

// It says something and asks nothing: not the dialog Base UI makes of it.
const NOT_MODAL = { 'aria-modal': undefined }

/** Where toasts appear. One, in the root layout; the live region must be there before words come into it. */
export function Toaster() {
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
