import { Icon } from '@/components/ui/icon'
import { Link } from '@/components/ui/link'
import type { SetupStep } from '@/lib/domain/setup-steps'

/** An installation in which nobody can be given access yet, to its administrator: what is there, and what comes next. */
export function SetupPart({ steps }: { steps: readonly SetupStep[] }) {
  return (
    <section className="story" aria-labelledby="setup">
      <header>
        <div>
          <h2 id="setup">Before the first request</h2>
          <p className="note">Nobody can be given access yet. What is there already, and what is not:</p>
        </div>
      </header>
      <ol>
        {steps.map(({ title, href, isDone }) => (
          <li key={title} className={isDone ? 'done' : undefined}>
            {isDone ? <Icon name="good" mark="good" /> : <span className="n" aria-hidden="true" />}
            <div>
              <Link href={href}>{title}</Link> <span className="vh">{isDone ? 'done' : 'open'}</span>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}
