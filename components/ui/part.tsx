import { type ReactNode, useId } from 'react'
import { classNames } from './class-names'

type Props = {
  title: ReactNode
  /** At the right of the heading: a note, a link, a button. Plain text becomes a note. */
  aside?: ReactNode
  className?: string | undefined
  children: ReactNode
}

/** A ruled section: a region named by its heading. */
export function Part({ title, aside, className, children }: Props) {
  const id = useId()
  return (
    <section className={classNames('part', className)} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {typeof aside === 'string' ? <p className="note">{aside}</p> : aside}
      </header>
      {children}
    </section>
  )
}
