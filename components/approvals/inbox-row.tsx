'use client'

import { classNames } from '@/components/ui/class-names'
import { Link } from '@/components/ui/link'
import { Sensitivity, Strokes } from '@/components/ui/small-marks'
import { Cell } from '@/components/ui/table'
import { Ago } from '@/components/ui/time'
import { relativeTo } from '@/components/ui/time-words'
import type { FormAction } from '@/components/ui/use-act'
import { counted } from '@/lib/domain/counted'
import type { InboxRow as Row } from '@/lib/domain/inbox'
import { shortDuration, subAgentsInWords } from '../requests/words'
import { differenceWords, firstTime } from './difference-words'
import { InboxTerms } from './inbox-terms'
import type { LaidRow } from './laid-rows'
import { meanwhileWords } from './meanwhile-words'
import { SignDialog, type Signed } from './sign-dialog'
import type { Prepared } from './use-signing'

export type InboxActions = {
  prepare: FormAction<Prepared>
  approve: FormAction<Signed>
  deny: FormAction<Signed>
}

type Props = {
  laid: LaidRow
  now: number
  signer: string
  actions: InboxActions
  isTicked: boolean
  isCurrent: boolean
  onToggle: () => void
}

/** One request to decide. When somebody else decided it, the row keeps its place and its height and says who. */
export function InboxRow(props: Props) {
  const { laid, now, isTicked, isCurrent, onToggle } = props
  const { row, gone } = laid
  const at = new Date(now)
  return (
    <tr
      data-request={gone ? undefined : row.id}
      aria-current={isCurrent ? 'true' : undefined}
      className={
        classNames(gone ? 'is-over' : isTicked && 'is-selected', isCurrent && 'is-current') || undefined
      }
    >
      <Cell className="select keep">
        <input
          type="checkbox"
          aria-label={`Select ${row.id}`}
          checked={isTicked && !gone}
          disabled={gone !== null}
          onChange={onToggle}
        />
      </Cell>
      <Cell className="what">
        <What row={row} />
      </Cell>
      <Cell label="Sensitivity">
        <Sensitivity level={row.sensitivity} />
      </Cell>
      <Cell label="Requester">{row.requester}</Cell>
      <Cell label="Duration">
        {shortDuration(row.durationSeconds)}, {row.environment}
      </Cell>
      <Cell label="Stage">
        <Stage row={row} at={at} />
      </Cell>
      <Cell label="Filed">
        <Ago at={new Date(row.filed)} now={at} />
        <span className="ask-what">expires {relativeTo(new Date(row.answerBy), at)}</span>
      </Cell>
      <Cell className="go keep" number>
        <Decide {...props} />
        {gone ? (
          <span className="over" role="status">
            {meanwhileWords(gone, now)}
          </span>
        ) : null}
      </Cell>
    </tr>
  )
}

/** Who asks for what, what is new in it, and the id. */
function What({ row }: { row: Row }) {
  const first = firstTime(row.difference, row.scopes)
  return (
    <>
      <Link className="ask" href={`/requests/${row.id}`}>
        {row.agent}, {counted(row.scopes.length, 'scope')}
      </Link>{' '}
      {first ? (
        <span className="first" title={first}>
          First time
        </span>
      ) : null}
      <span className="ask-what">
        <code>{row.id}</code> {[...new Set(row.scopes.map(({ action }) => action))].join(', ')}
      </span>
      <span className="ask-what new">{differenceWords(row.difference, row.scopes)}</span>
      {row.delegation ? (
        <span className="ask-what new">With sub-agents: {subAgentsInWords(row.delegation)}</span>
      ) : null}
    </>
  )
}

function Stage({ row: { stage, lastVote }, at }: { row: Row; at: Date }) {
  return (
    <>
      <Strokes signed={stage.counted} open={Math.max(0, stage.quorum - stage.counted)} /> {stage.groupName},{' '}
      {stage.counted} of {stage.quorum}
      {lastVote ? (
        <span className="ask-what">
          {lastVote.by} signed {relativeTo(new Date(Math.min(lastVote.at, at.getTime())), at)}
        </span>
      ) : null}
    </>
  )
}

function Decide({ laid, now, signer, actions }: Props) {
  const about = {
    requestId: laid.row.id,
    signer,
    signers: laid.row.signers,
    prepare: actions.prepare,
    inRow: true,
  }
  return (
    <>
      <span data-key="a">
        <SignDialog verdict="approve" sign={actions.approve} {...about}>
          <InboxTerms laid={laid} now={now} />
        </SignDialog>
      </span>{' '}
      <span data-key="d">
        <SignDialog verdict="deny" sign={actions.deny} {...about}>
          <InboxTerms laid={laid} now={now} />
          <p>One no ends the request. {laid.row.agent} gets nothing.</p>
        </SignDialog>
      </span>
    </>
  )
}
