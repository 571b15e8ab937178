import type { ReactNode } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { type DemoPersona, DemoPersonas } from './demo-personas'

export type AccountProps = {
  person: { name: string; tenantName: string }
  demo?: { personas: readonly DemoPersona[]; onContinue: (key: string) => Promise<void> } | undefined
  onSignOut: () => Promise<void>
  /** More entries, as `<li>`. */
  links?: ReactNode
}

export function AccountMenu({ person, demo, onSignOut, links }: AccountProps) {
  return (
    <>
      <Button
        variant="quiet"
        small
        className="account"
        popoverTarget="account"
        aria-label={`Account, ${person.name}`}
      >
        <span className="who">{person.name}</span>
        <Icon name="down" />
      </Button>
      <Menu id="account" label="Account">
        <p className="label">
          Signed in as {person.name}, tenant {person.tenantName}
        </p>
        {demo ? (
          <>
            <DemoPersonas {...demo} />
            <p className="label">Demo mode. You stay on this page.</p>
          </>
        ) : null}
        <ul>
          {links}
          <li>
            <form action={onSignOut}>
              <button type="submit">Sign out</button>
            </form>
          </li>
        </ul>
      </Menu>
    </>
  )
}
