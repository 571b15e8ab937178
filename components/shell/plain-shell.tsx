import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Logo } from './logo'

/** The frame of a page for somebody who is not known yet, or that is not there: bar and page only. */
export function PlainShell({ children }: { children: ReactNode }) {
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <div className="shell plain">
        <header className="bar">
          <Logo />
          <div className="end">
            <Button variant="quiet" icon data-theme-toggle="" aria-label="Theme">
              <Icon name="theme" />
            </Button>
          </div>
        </header>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  )
}
