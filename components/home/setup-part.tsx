import { Icon } from '@/components/ui/icon'
import { Link } from '@/components/ui/link'

export type Setup = { hasPolicy: boolean; hasServer: boolean; hasApprovers: boolean }

/** An installation without an agent, to its administrator: what is there already, and what is not. */
export function SetupPart({ setup }: { setup: Setup }) {
  return (
    <section className="story" aria-labelledby="setup">
      <header>
        <div>
          <h2 id="setup">No agent is registered</h2>
          <p className="note">So nobody can file a request yet. What is there already:</p>
        </div>
      </header>
      <ol>
        <Item isDone={setup.hasPolicy} href="/policies" title="A policy set is in force" />
        <Item isDone={setup.hasApprovers} href="/settings" title="Every approver group has people" />
        <Item isDone={setup.hasServer} href="/resources" title="A resource server offers scopes" />
        <Item isDone={false} href="/agents" title="An agent is registered" />
      </ol>
    </section>
  )
}

function Item({ isDone, href, title }: { isDone: boolean; href: string; title: string }) {
  return (
    <li className={isDone ? 'done' : undefined}>
      {isDone ? <Icon name="good" mark="good" /> : <span className="n" aria-hidden="true" />}
      <div>
        <Link href={href}>{title}</Link> <span className="vh">{isDone ? 'done' : 'open'}</span>
      </div>
    </li>
  )
}
