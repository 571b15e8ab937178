'use client'

import type { MouseEvent, ReactNode } from 'react'
import { classNames } from './class-names'

type Props = {
  /** The trigger is any button with `popoverTarget` set to this. */
  id: string
  label: string
  className?: string | undefined
  onOpenChange?: ((isOpen: boolean) => void) | undefined
  children: ReactNode
}

/** What floats from a button: the browser's own popover. It closes when something in it is chosen. */
export function Menu({ id, label, className, onOpenChange, children }: Props) {
  const closeOnChoice = (event: MouseEvent<HTMLDivElement>) => {
    const target = event.target
    if (target instanceof Element && target.closest('a, button')) event.currentTarget.hidePopover()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link or button is a click
    <div
      id={id}
      popover="auto"
      role="dialog"
      aria-label={label}
      className={classNames('float menu', className)}
      onClick={closeOnChoice}
      onToggle={(event) => onOpenChange?.(event.newState === 'open')}
    >
      {children}
    </div>
  )
}
