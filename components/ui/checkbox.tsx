import type { ComponentProps, ReactNode } from 'react'
import { classNames } from './class-names'

type Props = Omit<ComponentProps<'input'>, 'type' | 'children'> & {
  children: ReactNode
  /** What stands at the right end, outside of the name. */
  end?: ReactNode
}

/** A row of a list one ticks: box, words, and something at the end. */
export function Checkbox({ children, end, className, ...rest }: Props) {
  return (
    <label className={classNames('pick', className)}>
      <input {...rest} type="checkbox" />
      <span>{children}</span>
      {end}
    </label>
  )
}
