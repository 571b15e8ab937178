'use client'

import { usePathname } from 'next/navigation'
import { Link } from '@/components/ui/link'
import { currentItem, type NavigationItem, opensGroup } from './navigation'

export function NavList({ items }: { items: readonly NavigationItem[] }) {
  const current = currentItem(items, usePathname())
  return (
    <ul>
      {items.map((item, index) => (
        <li key={item.href} className={opensGroup(items, index) ? 'sep' : undefined}>
          <Link href={item.href} aria-current={item === current ? 'page' : undefined}>
            {item.label}
            {item.count ? <span className="count">{item.count}</span> : null}
          </Link>
        </li>
      ))}
    </ul>
  )
}
