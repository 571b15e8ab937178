import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'

type LinkProps = { href: string; on?: boolean | undefined; count?: number | undefined; children: ReactNode }

/** A filter that lives in the URL. */
export function ChipLink({ href, on, count, children }: LinkProps) {
  return (
    <Link className={on ? 'chip is-on' : 'chip'} href={href} aria-current={on ? 'true' : undefined}>
      {children}
      {count === undefined ? null : <span className="n">{count}</span>}
    </Link>
  )
}

type ButtonProps = Omit<ComponentProps<'button'>, 'type' | 'aria-pressed'> & { on?: boolean | undefined }

export function Chip({ on, ...rest }: ButtonProps) {
  return <button {...rest} type="button" className="chip" aria-pressed={on ?? false} />
}
