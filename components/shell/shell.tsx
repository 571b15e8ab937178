import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { AccountMenu, type AccountProps } from './account-menu'
import { Find } from './find'
import { Logo } from './logo'
import { NavList } from './nav-list'
import type { NavigationItem } from './navigation'
import { StatusLine, type StatusProps } from './status-line'

type Props = AccountProps & {
  navigation: readonly NavigationItem[]
  status: StatusProps
  /** The database answers and takes no changes. */
  readOnly: boolean
  /** What everybody has to see whatever page they are on. */
  banner?: ReactNode
  /** What happened that concerns this person. */
  bell?: ReactNode
  children: ReactNode
}

/** Bar, navigation, page, status line. Whose page it is and what it leads to is decided by whoever renders it. */
export function Shell({ navigation, status, readOnly, banner, bell, children, ...account }: Props) {
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="shell">
        <header className="bar">
          <Button variant="quiet" icon className="only-small" popoverTarget="nav-menu" aria-label="Menu">
            <Icon name="menu" />
          </Button>
          <Logo />
          <Find items={navigation} />
          <div className="end">
            <Button variant="quiet" icon data-theme-toggle="" aria-label="Theme">
              <Icon name="theme" />
            </Button>
            {bell}
            <AccountMenu {...account} />
          </div>
        </header>
        <nav className="nav" aria-label="Main">
          <NavList items={navigation} />
        </nav>
        <main id="main" tabIndex={-1}>
          {readOnly ? (
            <Callout tone="bad" title="Read-only: the database takes no changes at the moment." role="status">
              What you see is right. Changes are refused until it takes them again.
            </Callout>
          ) : null}
          {banner}
          {children}
        </main>
        <StatusLine {...status} />
      </div>
      <Menu id="nav-menu" label="Menu" className="nav-menu">
        <nav aria-label="Menu">
          <NavList items={navigation} />
        </nav>
      </Menu>
    </>
  )
}
