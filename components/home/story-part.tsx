import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Icon } from '@/components/ui/icon'
import { LinkButton } from '@/components/ui/link-button'
import { momentOf } from '@/components/ui/time-words'
import { PERSONAS, type Persona } from '@/lib/domain/personas'
import { STORY_HIDDEN } from '@/lib/domain/preference'
import type { Story, StoryStep } from '@/lib/domain/story'
import { ContinueLink } from './continue-link'
import { placeOf } from './story-places'

type Props = {
  story: Story
  /** Which of the demo's people is looking. */
  persona: Persona | null
  hasLiveGrant: boolean
  change: (form: FormData) => Promise<void>
  onContinue: (to: string, key: string) => Promise<void>
}

/** "Try the story": seven steps that tick themselves from what really happened. */
export function StoryPart({ story, change, ...rest }: Props) {
  return (
    <section className="story" aria-labelledby="story">
      <header>
        <div>
          <h2 id="story">Try the story</h2>
          <p className="note">
            {story.next
              ? 'One task, three people, seven steps. Ticks come from real events.'
              : 'All seven steps are done. Every one of them is in the audit trail.'}
          </p>
        </div>
        <form action={change}>
          <input type="hidden" name="story" value={STORY_HIDDEN} />
          <Button type="submit" variant="quiet" small>
            Dismiss
          </Button>
        </form>
      </header>
      <ol>
        {story.steps.map((step) =>
          step.tick ? (
            <Done key={step.key} step={step} />
          ) : step.isNext ? (
            <Next key={step.key} step={step} story={story} {...rest} />
          ) : (
            <Later key={step.key} step={step} />
          ),
        )}
      </ol>
    </section>
  )
}

function Done({ step: { title, tick } }: { step: StoryStep }) {
  return (
    <li className="done">
      <Icon name="good" mark="good" />
      <div>
        {tick ? (
          <span className="who" title={momentOf(tick.at)}>
            {tick.by ? `${tick.by}, ` : ''}
            {tick.at.toISOString().slice(11, 16)}
          </span>
        ) : null}
        {title} <span className="vh">done</span>
      </div>
    </li>
  )
}

function Later({ step: { title, persona } }: { step: StoryStep }) {
  return (
    <li>
      <span className="n" aria-hidden="true" />
      <div>
        <span className="who">{PERSONAS[persona]}</span>
        {title}
      </div>
    </li>
  )
}

type NextProps = Omit<Props, 'change'> & { step: StoryStep }

function Next({ step, story, persona, hasLiveGrant, onContinue }: NextProps) {
  const { href, label, command } = placeOf(step.key, story.requestId, hasLiveGrant)
  return (
    <li className="next" aria-current="step">
      <span className="n" aria-hidden="true" />
      <div className="stack steps">
        <p>
          <span className="who">{PERSONAS[step.persona]}</span>
          <b>{step.title}</b>
          <br />
          <span className="muted">{step.does}</span>
        </p>
        {command ? (
          <div className="cmd">
            <code>{command}</code>
            <CopyButton text={command} label="Copy command" icon />
          </div>
        ) : null}
        <p>
          {persona === step.persona ? (
            <LinkButton small href={href}>
              {label}
            </LinkButton>
          ) : (
            <ContinueLink
              persona={{ key: step.persona, label: PERSONAS[step.persona] }}
              to={href}
              onContinue={onContinue}
            />
          )}
        </p>
      </div>
    </li>
  )
}
