import { Children, type CSSProperties, type ReactNode } from 'react'
import { classNames } from './class-names'

/** signed: microprint. yours: solid, blank. open: dashed. cut: revoked. void: denied. */
export type SignatureState = 'signed' | 'yours' | 'open' | 'cut' | 'void'

type Props = {
  state: SignatureState
  /** Above the name: "Countersigned by". */
  role: ReactNode
  /** Who signed or is to sign. Where nobody has, a × stands (before the name, if there is one). */
  name?: ReactNode
  /** What was signed, in hex: it becomes the line. It must stand as text too, here or nearby. */
  digest?: string | undefined
  note?: ReactNode
}

const CLASSES = {
  signed: '',
  yours: 'is-open is-yours',
  open: 'is-open',
  cut: 'is-cut',
  void: 'is-void',
} as const satisfies Record<SignatureState, string>

const blank = (state: SignatureState) => state === 'yours' || state === 'open'

export function Signature({ state, role, name, digest, note }: Props) {
  return (
    <div className={classNames('sig', CLASSES[state])}>
      <span className="sig-role">{role}</span>
      <span className="sig-name">
        {blank(state) ? <span aria-hidden="true">{name ? '× ' : '×'}</span> : null}
        {name}
        {blank(state) && !name ? <span className="vh">Not signed</span> : null}
      </span>
      <span className="sig-line" aria-hidden="true" data-digest={digest} />
      {note ? <span className="sig-note">{note}</span> : null}
    </div>
  )
}

/** Lines side by side; signed ones meet. */
export function Signatures({ children }: { children: ReactNode }) {
  return <div className="sigs">{children}</div>
}

/** Stages side by side, each as wide as it has lines. */
export function Stages({ children }: { children: ReactNode }) {
  return <div className="stages">{children}</div>
}

export function Stage({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <div className="stage" style={{ '--n': Math.max(1, Children.count(children)) } as CSSProperties}>
      <h3>{title}</h3>
      <Signatures>{children}</Signatures>
    </div>
  )
}
