import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

export type Variant = 'plain' | 'primary' | 'danger' | 'quiet'

export type Look = { variant?: Variant | undefined; small?: boolean | undefined; icon?: boolean | undefined }

export const buttonClass = ({ variant = 'plain', small, icon }: Look, className?: string | undefined) =>
  classNames('btn', variant !== 'plain' && variant, small && 'small', icon && 'icon', className)

type Props = Omit<ComponentProps<'button'>, 'aria-disabled'> &
  Look & {
    /** While the server works: what it is doing, in one word ("Signing"). The button keeps focus and does nothing. */
    pending?: ReactNode
  }

export function Button({
  variant,
  small,
  icon,
  pending,
  className,
  children,
  type = 'button',
  ...rest
}: Props) {
  return (
    <button
      {...rest}
      type={pending ? 'button' : type}
      className={buttonClass({ variant, small, icon }, className)}
      {...(pending ? { 'aria-disabled': true, onClick: undefined } : {})}
    >
      {pending ? (
        <>
          <span className="pending" aria-hidden="true" />
          {pending}
        </>
      ) : (
        children
      )}
    </button>
  )
}
