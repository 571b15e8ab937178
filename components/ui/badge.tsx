import type { ReactNode } from 'react'
import { classNames } from './class-names'
import { Icon } from './icon'
import type { Tone } from './tone'

type Props = { tone: Tone; plain?: boolean | undefined; children: ReactNode }

/** A state: glyph, word, colour, in that order. `plain` is for table cells. */
export function Badge({ tone, plain, children }: Props) {
  return (
    <span className={classNames('badge', `t-${tone}`, plain && 'plain')}>
      <Icon name={tone} />
      {children}
    </span>
  )
}
