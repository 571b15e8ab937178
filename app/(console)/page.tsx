import type { Metadata } from 'next'
import { ReviewsPart } from '@/components/break-glass/reviews-part'
import { EndedPart } from '@/components/home/ended-part'
import { FactorNeeded } from '@/components/home/factor-needed'
import { inShort } from '@/components/home/in-short'
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
import { DEMO_ISSUER, Persona } from '@/lib/domain/personas'
import { STORY_SHOWN } from '@/lib/domain/preference'
import { currentSignIn, pageNow, requireActor } from '@/lib/web/session'
import { continueTo } from '../sign-in/actions'
import { changeStory } from './home-actions'
import { readHome, readSetup, readStory } from './home-data'
import { completeGrantAction, revokeGrantAction } from './requests/actions'

export const metadata: Metadata = { title: 'Home' }

export default async function HomePage() {
  const actor = await requireActor('home.see', '/')
  const now = await pageNow()
  const [home, story, setup] = await Promise.all([readHome(actor, now), readStory(actor), readSetup(actor)])
  const { reviews, decidable, awaiting, proposed, live, ended, names, figures, deciding, proposals } = home
  const waiting = decidable.length + proposed.length
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
          {mayFile
            ? inShort({ proposals, waiting, awaiting: awaiting.length, live: live.length })
            : READS_ALL}
        </PageHead>
        <FactorNeeded lacks={(await currentSignIn())?.lacks} />
        <ReviewsPart requests={reviews} now={now} />
        {mayFile || waiting + proposals > 0 ? (
          <WaitingPart {...{ decidable, awaiting, proposed, proposals, mayFile }} />
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
