import type { ReactNode } from 'react'

type Props = {
  title: ReactNode
  /** Above the title: where this page stands ("Requests / R-7F3K"). */
  path?: ReactNode
  /** The one primary button of a page that lists things. */
  action?: ReactNode
  /** One line under the title: plain text is muted, anything else stands as it is. */
  children?: ReactNode
}

export function PageHead({ title, path, action, children }: Props) {
  return (
    <header className="page-head">
      {path ? <p className="note">{path}</p> : null}
      {action ? (
        <div className="row spread">
          <h1>{title}</h1>
          {action}
        </div>
      ) : (
        <h1>{title}</h1>
      )}
      {typeof children === 'string' ? <p className="muted">{children}</p> : children}
    </header>
  )
}
