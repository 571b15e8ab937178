import { counted } from '@/lib/domain/counted'
import type { PreviewedStage } from './preview-answer'
import { shortDuration } from './words'

type Asked = PreviewedStage['asked']

/** Who will be asked to sign, stage by stage, and who of them cannot answer now. */
export function WhoIsAsked({ stages }: { stages: readonly PreviewedStage[] }) {
  if (stages.length === 0) return null
  return (
    <div className="stack">
      <h4>Who will be asked</h4>
      <dl className="who-is-asked">
        {stages.map((stage) => (
          <div key={stage.name}>
            <dt>
              {stage.groupName}, {stage.quorum} of {counted(stage.asked.length, 'person', 'people')}
              {stage.sameDevice ? ', one more if somebody signs from where you sign in' : null}
              {stage.expiresSeconds ? `, within ${shortDuration(stage.expiresSeconds)}` : null}
            </dt>
            <People asked={stage.asked} />
            {stage.later && stage.escalate ? (
              <>
                <dt>
                  Then also {stage.later.groupName}, after {shortDuration(stage.escalate.afterSeconds)}
                </dt>
                <People asked={stage.later.asked} />
              </>
            ) : null}
          </div>
        ))}
      </dl>
    </div>
  )
}

function People({ asked }: { asked: Asked }) {
  if (asked.length === 0) return <dd>Nobody is in this group.</dd>
  return asked.map(({ personId, name, whyNot }) => (
    <dd key={personId} className={whyNot ? 'muted' : undefined}>
      {name}
      {whyNot ? ` cannot answer now: ${whyNot}` : null}
    </dd>
  ))
}
