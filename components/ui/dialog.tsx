'use client'

import { createContext, type ReactNode, useContext, useId, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { Button, type Look } from './button'
import { useHydrated } from './use-hydrated'

const Close = createContext<() => void>(() => {})

/** Closes the dialog around the caller. */
export const useCloseDialog = () => useContext(Close)

type Props = Look & {
  /** The verb on the button that opens it; the confirming button repeats it. */
  verb: ReactNode
  /** Verb and object: "Approve R-7F3K". */
  title: ReactNode
  disabled?: boolean | undefined
  onOpen?: (() => void) | undefined
  /** However it was closed: by a button, by Escape, or by what was done in it. */
  onClosed?: (() => void) | undefined
  children: ReactNode
}

/**
 * A button and the dialog it opens. The browser's own modal: focus stays inside, Escape closes, the page behind is
 * inert, and no script has to be loaded for it. It is made when it is opened first, so a list costs one button a row.
 */
export function Dialog({ verb, title, disabled, onOpen, onClosed, children, ...look }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  const hydrated = useHydrated()
  const [isMade, setIsMade] = useState(false)
  const close = () => dialog.current?.close()
  const open = () => {
    flushSync(() => setIsMade(true))
    dialog.current?.showModal()
    onOpen?.()
  }
  return (
    <>
      <Button
        {...look}
        disabled={disabled || !hydrated}
        data-joining={hydrated ? undefined : ''}
        aria-haspopup="dialog"
        onClick={open}
      >
        {verb}
      </Button>
      {isMade ? (
        <dialog ref={dialog} aria-labelledby={id} onClose={onClosed}>
          <h2 id={id}>{title}</h2>
          <Close value={close}>{children}</Close>
        </dialog>
      ) : null}
    </>
  )
}

/** Cancel first, then the one that acts. */
export function DialogFooter({ children }: { children: ReactNode }) {
  const close = useCloseDialog()
  return (
    <footer>
      <Button onClick={close}>Cancel</Button>
      {children}
    </footer>
  )
}
