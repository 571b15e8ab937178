import { Link } from '@/components/ui/link'

/** "3 more to decide", where a list is cut. Nothing when it is whole. */
export function MoreLink({ href, count, what }: { href: string; count: number; what: string }) {
  return count > 0 ? (
    <p className="note">
      <Link href={href}>
        {count} more {what}
      </Link>
    </p>
  ) : null
}
