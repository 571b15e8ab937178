import { Button } from '@/components/ui/button'
import { classNames } from '@/components/ui/class-names'
import { Icon } from '@/components/ui/icon'
import { Signature, Signatures } from '@/components/ui/signature'
import type { Tone } from '@/components/ui/tone'
import { counted } from '@/lib/domain/counted'
import type { Verdict } from '@/lib/domain/question'
import { decidingPolicies, type PreviewAnswer, signaturesNeeded, stagesInWords } from './preview-answer'
import type { Previewed } from './use-preview'
import { WhoIsAsked } from './who-is-asked'
import { listed } from './words'

const TONES = { allowed: 'good', held: 'wait', refused: 'bad' } as const satisfies Record<Verdict, Tone>

export const verdictTone = ({ verdict }: PreviewAnswer) => TONES[verdict]

/** "Needs 3 countersignatures". */
export function verdictTitle(answer: PreviewAnswer): string {
  if (answer.verdict === 'allowed') return 'Allowed at once'
  return answer.verdict === 'refused'
    ? 'Refused by policy'
    : `Needs ${counted(signaturesNeeded(answer), 'countersignature')}`
}

type Props = { id: string; shown: Previewed; onLeaveOut: (scopeId: string) => void }

export function PolicyPreview({ id, shown, onLeaveOut }: Props) {
  return (
    <section aria-labelledby={id} className="stack" aria-live="polite">
      <h2 id={id}>Policy preview</h2>
      {shown.kind === 'answered' ? (
        <Answer answer={shown.answer} isAsking={shown.isAsking} onLeaveOut={onLeaveOut} />
      ) : (
        <div className="verdict t-neutral">
          <p className="muted">
            {shown.kind === 'refused'
              ? shown.says
              : 'Choose an agent, a duration and at least one scope. What policy says of them stands here.'}
          </p>
        </div>
      )}
    </section>
  )
}

type AnswerProps = { answer: PreviewAnswer; isAsking: boolean; onLeaveOut: (scopeId: string) => void }

function Answer({ answer, isAsking, onLeaveOut }: AnswerProps) {
  const tone = verdictTone(answer)
  return (
    <div className={classNames('verdict', `t-${tone}`)} data-asking={isAsking || undefined}>
      <h3>
        <Icon name={tone} mark={tone} />
        {verdictTitle(answer)}
      </h3>
      <p className="muted">{meaningOf(answer)}</p>
      {answer.verdict === 'refused' ? (
        <p className="none note">Nobody can sign this.</p>
      ) : (
        <Lines answer={answer} />
      )}
      <ul>
        {decidingPolicies(answer).map(({ id, says }) => (
          <li key={id}>
            {says} <code>{id}</code>
          </li>
        ))}
      </ul>
      {answer.verdict === 'refused' ? <LeaveOut answer={answer} onLeaveOut={onLeaveOut} /> : null}
      <p className="note">
        {answer.suggestions.length > 0 ? `${answer.suggestions.join(' ')} ` : null}
        Policy set v{answer.policySerial}.
      </p>
    </div>
  )
}

function meaningOf(answer: PreviewAnswer): string {
  if (answer.verdict === 'allowed') return 'Live as soon as you submit.'
  if (answer.verdict === 'held')
    return `${stagesInWords(answer)}. It is live when the last of them has signed.`
  const actions = [...new Set(refusedScopes(answer).map(({ action }) => action))]
  return `${listed(actions)} ${actions.length === 1 ? 'is' : 'are'} refused. No signature can lift it.`
}

const refusedScopes = ({ scopes, refusedScopeIds }: PreviewAnswer) =>
  scopes.filter(({ scopeId }) => refusedScopeIds.includes(scopeId))

const blankLines = ({ stages }: PreviewAnswer) =>
  stages.flatMap(({ name, groupName, quorum }) =>
    Array.from({ length: quorum }, (_, line) => ({ key: `${name} ${line + 1}`, groupName })),
  )

const canAnswer = (asked: PreviewAnswer['stages'][number]['asked']) =>
  asked.filter(({ whyNot }) => whyNot === null).length

/** One blank line for each signature it would take. */
function Lines({ answer }: { answer: PreviewAnswer }) {
  const short = answer.stages.filter(({ signers, quorum }) => signers < quorum)
  const few = answer.stages.filter((stage) => !short.includes(stage) && canAnswer(stage.asked) < stage.quorum)
  return (
    <>
      <Signatures>
        <Signature state="yours" role="Requested by" name="You" />
        {blankLines(answer).map(({ key, groupName }) => (
          <Signature key={key} state="open" role={groupName} />
        ))}
      </Signatures>
      <WhoIsAsked stages={answer.stages} />
      {few.map(({ name, groupName, quorum, asked }) => (
        <p key={name} className="none note">
          {canAnswer(asked) === 0 ? 'None' : `Only ${canAnswer(asked)}`} of the {quorum} signatures of{' '}
          {groupName} can be given now. It waits until more can answer.
        </p>
      ))}
      {short.map(({ name, groupName, signers, quorum }) => (
        <p key={name} className="none note">
          {groupName} has {counted(signers, 'person', 'people')} who may sign this and needs {quorum}.
          Submitting is refused until an administrator adds people.
        </p>
      ))}
    </>
  )
}

function LeaveOut({ answer, onLeaveOut }: { answer: PreviewAnswer; onLeaveOut: (scopeId: string) => void }) {
  const refused = refusedScopes(answer)
  if (refused.length === 0) return null
  if (refused.length === answer.scopes.length)
    return (
      <p className="note">
        Every scope is refused, so there is nothing to leave out.
        {answer.suggestions.length === 0 ? ' Choose other scopes or another agent.' : null}
      </p>
    )
  return (
    <p className="row">
      {refused.map(({ scopeId, action }) => (
        <Button key={scopeId} small onClick={() => onLeaveOut(scopeId)}>
          Leave out {action}
        </Button>
      ))}
    </p>
  )
}
