import type { ReactNode } from 'react'
import { Link } from './link'

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
