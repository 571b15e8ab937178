import type { ReactNode } from 'react'
import { Icon } from './icon'
import type { Tone } from './tone'

type Props = {
  tone: Tone
  /** What is, as a sentence. */
  title: ReactNode
  /** What follows. */
  children?: ReactNode
  /** `alert` is read out at once: for an answer to something the reader just did. */
  role?: 'alert' | 'status' | undefined
}

export function Callout({ tone, title, children, role }: Props) {
  return (
    <div className={`callout t-${tone}`} role={role}>
      <Icon name={tone} />
      <div>
        <b>{title}</b> {children}
      </div>
    </div>
  )
}
