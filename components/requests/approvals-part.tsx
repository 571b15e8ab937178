import { Part } from '@/components/ui/part'
import { shortDigest } from '@/components/ui/short-digest'
import { Signature, type SignatureState, Stage, Stages } from '@/components/ui/signature'
import { Ago, Clock } from '@/components/ui/time'
import { counted } from '@/lib/domain/counted'
import type { ApprovalRecord } from '@/lib/domain/request-record'
import type { Status } from '@/lib/domain/status'
import { Exports } from './exports-part'
import { Reason } from './reason'
import { type RequestView, type StageView, stageTitle } from './request-view'
import { SignedTerms } from './signed-terms'
import { listed } from './words'

/** One line for who asks and one for each person who must countersign. */
export function ApprovalsPart({ view }: { view: RequestView }) {
  const { request, status } = view
  // What policy refuses has no line to sign; lines somebody signed before it did are kept.
  const stages = status === 'refused' ? view.stages.filter(({ votes }) => votes.length > 0) : view.stages
  const denial = request.approvals.find(
    ({ verdict, version }) => verdict === 'deny' && version === request.version,
  )
  return (
    <Part title="Approvals" aside="Approval: one person’s signed yes or no in a stage.">
      <Stages>
        <Stage title="Filed">
          <Signature
            state={status === 'revoked' ? 'cut' : 'signed'}
            role="Requested by"
            name={request.requester.name}
            digest={request.digest}
            note={<SignedNote at={request.filed} digest={request.digest} />}
          />
        </Stage>
        {stages.map((stage) => (
          <Stage key={`${stage.stage.tenantId} ${stage.stage.name}`} title={stageTitle(stage)}>
            {linesOf(stage, view)}
          </Stage>
        ))}
      </Stages>
      <OneMore stages={stages} status={status} />
      {status === 'awaiting' ? <StageTimes stages={stages} now={view.now} /> : null}
      <p className="note mt-3">{stages.length === 0 ? noStages(status) : STAYS_GOOD}</p>
      <SignedTerms view={view} />
      <Exports requestId={request.id} approvals={request.approvals} />
      <Digests view={view} />
      {request.approvals
        .filter(({ note, version }) => note && version === request.version)
        .map(({ id, personName, note }) => (
          <Reason key={id} label={`Note of ${personName}`} by={personName} text={note ?? ''} />
        ))}
      {denial ? (
        <Reason label="Reason of the denial" by={denial.personName} text={denial.reason ?? ''} />
      ) : null}
      <EndReason view={view} />
      <Notes view={view} />
    </Part>
  )
}

/** Where a signature from the requester's device asks for one more. */
function OneMore({ stages, status }: { stages: readonly StageView[]; status: Status }) {
  const more = stages.filter(({ oneMoreFor }) => oneMoreFor.length > 0)
  if (more.length === 0) return null
  return (
    <ul className="note mt-3">
      {more.map((stage) => (
        <li key={`${stage.stage.tenantId} ${stage.stage.name}`}>
          {stageTitle(stage)}: one more {status === 'awaiting' ? 'is' : 'was'} asked, because{' '}
          {listed(stage.oneMoreFor)} signed from where the requester signs in.
        </li>
      ))}
    </ul>
  )
}

/** Until when each open stage waits, and whom it is about to ask as well. */
function StageTimes({ stages, now }: { stages: readonly StageView[]; now: Date }) {
  const timed = stages.filter(({ isOpen, deadline }) => isOpen && deadline)
  if (timed.length === 0) return null
  return (
    <ul className="note mt-3">
      {timed.map(({ stage, groupName, deadline, escalation }) => (
        <li key={`${stage.tenantId} ${stage.name}`}>
          {groupName} has until {deadline ? <Clock at={deadline} zone /> : null}
          {deadline ? (
            <>
              {' '}
              (<Ago at={deadline} now={now} />)
            </>
          ) : null}
          .{' '}
          {escalation ? (
            <>
              {escalation.isDone ? 'Escalated' : 'Escalates'} to {escalation.to} at{' '}
              <Clock at={escalation.at} zone />.
            </>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

const STAYS_GOOD =
  'A signature counts for 24 hours while the request waits, then for the duration it signed. It is counted again at every issue.'

const noStages = (status: Status) =>
  status === 'refused' ? 'Nobody can sign this.' : 'Policy asks for no countersignature.'

function SignedNote({ at, digest, more }: { at: Date; digest: string; more?: string }) {
  return (
    <>
      <Clock at={at} zone />
      {more ? `, ${more}` : null}
      <br />
      <code title={digest}>{shortDigest(digest)}</code>
    </>
  )
}

function stateOf(vote: ApprovalRecord, status: Status): SignatureState {
  if (vote.verdict === 'deny') return 'void'
  return status === 'revoked' ? 'cut' : 'signed'
}

const signerOf = ({ personName, deputyForName }: ApprovalRecord) =>
  deputyForName ? `${personName} for ${deputyForName}` : personName

const moreOf = ({ passkey, sameDevice, counts, cut, escalatedToName }: StageView['votes'][number]): string =>
  [
    passkey ? 'passkey' : 'sign-in',
    ...(sameDevice ? ['from where the requester signs in'] : []),
    ...(escalatedToName ? [`signed from ${escalatedToName}`] : []),
    ...(cut ? ['less than asked'] : []),
    ...(counts ? [] : ['does not count now']),
  ].join(', ')

function linesOf(stage: StageView, { status, signing }: RequestView) {
  const denials = stage.votes.filter(({ verdict }) => verdict === 'deny').length
  const blanks = Math.max(0, stage.quorum - stage.counted - denials)
  const isYours = signing !== null && 'stage' in signing && signing.stage === stage
  const signed = stage.votes.map((vote) => (
    <Signature
      key={vote.id}
      state={stateOf(vote, status)}
      role={vote.verdict === 'deny' ? 'Denied by' : 'Countersigned by'}
      name={signerOf(vote)}
      digest={vote.digest}
      note={<SignedNote at={vote.signed} digest={vote.digest} more={moreOf(vote)} />}
    />
  ))
  const open = Array.from({ length: blanks }, (_, line) => line).map((line) => (
    <Signature
      key={`blank ${line}`}
      state={isYours && line === 0 ? 'yours' : 'open'}
      role="Countersigned by"
      name={isYours && line === 0 ? 'You' : undefined}
      note={isYours && line === 0 ? 'Yours to sign' : openNote(stage, status)}
    />
  ))
  return [...signed, ...open]
}

function openNote(stage: StageView, status: Status): string {
  if (status !== 'awaiting') return 'Never signed'
  if (!stage.isOpen) return 'Asked after the stage before'
  return stage.canSign.length > 0 ? `Waits for ${listed(stage.canSign)}` : 'Nobody left who may sign'
}

/** Whole digests, for paper. */
function Digests({ view: { request } }: { view: RequestView }) {
  return (
    <p className="only-print code mt-2">
      Request {request.id}, version {request.version}: {request.digest}
      {request.approvals.map((vote) => (
        <span key={vote.id}>
          <br />
          {signerOf(vote)}, {vote.verdict === 'approve' ? 'approved' : 'denied'} version {vote.version}:{' '}
          {vote.digest}
        </span>
      ))}
    </p>
  )
}

/** Why a grant was revoked, in the words of whoever did it. */
function EndReason({ view: { request, events } }: { view: RequestView }) {
  const reason = request.grant?.endReason
  if (!reason) return null
  const by = events.find(({ type }) => type === 'grant.revoked')?.humanName ?? 'whoever revoked it'
  return <Reason label="Reason of the revocation" by={by} text={reason} />
}

function Notes({ view: { request, stages } }: { view: RequestView }) {
  const void_ = request.approvals.filter(({ version }) => version < request.version)
  const cannot = new Map(stages.flatMap(({ cannotSign }) => cannotSign).map(({ name, why }) => [name, why]))
  const names = [...new Set(void_.map(({ personName }) => personName))]
  return (
    <>
      {cannot.size > 0 ? (
        <p className="note mt-3">
          Cannot sign: {[...cannot].map(([name, why]) => `${name} (${why})`).join(', ')}.
        </p>
      ) : null}
      {void_.length > 0 ? (
        <p className="note mt-3">
          {counted(void_.length, 'signature')} of {listed(names)} on an earlier version{' '}
          {void_.length === 1 ? 'is' : 'are'} void. This is version {request.version}.
        </p>
      ) : null}
    </>
  )
}
