import type { ComponentProps } from 'react'
import { buttonClass, type Look } from './button'
import { Link } from './link'

type Props = ComponentProps<typeof Link> & Look

/** Goes somewhere; looks like a button. */
export function LinkButton({ variant, small, icon, className, ...rest }: Props) {
  return <Link {...rest} className={buttonClass({ variant, small, icon }, className)} />
}
