import type { ReactNode } from 'react'
import { Sheet } from './sheet'

type Props = {
  /** What is not there. */
  title: ReactNode
  children?: ReactNode
  /** The next step, as a button. */
  action?: ReactNode
}

export function Empty({ title, children, action }: Props) {
  return (
    <Sheet className="empty">
      <p>
        <b>{title}</b>
        {children ? (
          <>
            <br />
            {children}
          </>
        ) : null}
      </p>
      {action}
    </Sheet>
  )
}
