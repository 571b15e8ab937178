import type { Metadata } from 'next'
import { ReviewsPart } from '@/components/break-glass/reviews-part'
import { EndedPart } from '@/components/home/ended-part'
import { LivePart } from '@/components/home/live-part'
import { Numbers } from '@/components/home/numbers'
import { SetupPart } from '@/components/home/setup-part'
import { StoryPart } from '@/components/home/story-part'
import { WaitingPart } from '@/components/home/waiting-part'
import { DecidingPart } from '@/components/settings/deciding-part'
import { Button } from '@/components/ui/button'
import { LinkButton } from '@/components/ui/link-button'
import { PageHead } from '@/components/ui/page-head'
import { may } from '@/lib/domain/access'
import { counted } from '@/lib/domain/counted'
import { DEMO_ISSUER, Persona } from '@/lib/domain/personas'
import { STORY_SHOWN } from '@/lib/domain/preference'
import { pageNow, requireActor } from '@/lib/web/session'
import { continueTo } from '../sign-in/actions'
import { changeStory } from './home-actions'
import { readHome, readSetup, readStory } from './home-data'
import { completeGrantAction, revokeGrantAction } from './requests/actions'

export const metadata: Metadata = { title: 'Home' }

export default async function HomePage() {
  const actor = await requireActor('home.see', '/')
  const now = await pageNow()
  const [home, story, setup] = await Promise.all([readHome(actor, now), readStory(actor), readSetup(actor)])
  const { reviews, decidable, awaiting, proposed, live, ended, names, figures, deciding } = home
  const mayFile = may(actor, 'request.file')
  const persona = actor.issuer === DEMO_ISSUER ? Persona.safeParse(actor.subject) : null
  return (
    <div className="page-home">
      <div className="stack lists">
        <PageHead
          title="Home"
          action={
            mayFile ? (
              <LinkButton variant="primary" href="/requests/new">
                New request
              </LinkButton>
            ) : undefined
          }
        >
          {mayFile ? inShort(decidable.length + proposed.length, awaiting.length, live.length) : READS_ALL}
        </PageHead>
        <ReviewsPart requests={reviews} now={now} />
        {mayFile || decidable.length + proposed.length > 0 ? (
          <WaitingPart decidable={decidable} awaiting={awaiting} proposed={proposed} mayFile={mayFile} />
        ) : null}
        {mayFile ? (
          <LivePart live={live} now={now} complete={completeGrantAction} revoke={revokeGrantAction} />
        ) : null}
        <EndedPart ended={ended} names={names} now={now} me={actor.personId} />
        <Numbers label="My numbers" figures={figures} />
        {deciding ? <DecidingPart {...deciding} /> : null}
        {story === 'hidden' ? <BringBack /> : null}
      </div>
      {setup ? <SetupPart steps={setup} /> : null}
      {story && story !== 'hidden' && !setup ? (
        <StoryPart
          story={story}
          persona={persona?.success ? persona.data : null}
          hasLiveGrant={live.length > 0}
          change={changeStory}
          onContinue={continueTo}
        />
      ) : null}
    </div>
  )
}

const READS_ALL = 'Every request, grant and entry of this tenant is yours to read.'

/** "1 request needs you. 2 tasks are live." */
function inShort(decidable: number, awaiting: number, live: number): string {
  const said = [
    ...(decidable > 0 ? [`${counted(decidable, 'request')} ${decidable === 1 ? 'needs' : 'need'} you.`] : []),
    ...(awaiting > 0
      ? [`${awaiting} of yours ${awaiting === 1 ? 'waits' : 'wait'} for a countersignature.`]
      : []),
    ...(live > 0 ? [`${counted(live, 'task')} of yours ${live === 1 ? 'is' : 'are'} live.`] : []),
  ]
  return said.join(' ') || 'Nothing waits for you and nothing of yours is live.'
}

function BringBack() {
  return (
    <form action={changeStory}>
      <input type="hidden" name="story" value={STORY_SHOWN} />
      <Button type="submit" variant="quiet" small>
        Try the story
      </Button>
    </form>
  )
}
