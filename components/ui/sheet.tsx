import type { ComponentProps } from 'react'
import { classNames } from './class-names'

/** The one raised paper of a page: what you act on. */
export function Sheet({ className, ...rest }: ComponentProps<'div'>) {
  return <div {...rest} className={classNames('sheet', className)} />
}
