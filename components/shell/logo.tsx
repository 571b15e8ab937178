import { Link } from '@/components/ui/link'

/** Two strokes that almost meet: the platform's, and a hand's. */
export function Logo() {
  return (
    <Link className="logo" href="/">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M2 9h12" />
        <path className="hand" d="M10 16h12" />
      </svg>
      <span className="word">Countersign</span>
    </Link>
  )
}
