import Form from 'next/form'
import type { ReactNode } from 'react'
import { ActDialog } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Countdown } from '@/components/ui/countdown'
import { Textarea } from '@/components/ui/input'
import { Link } from '@/components/ui/link'
import type { FormAction } from '@/components/ui/use-act'
import { counted } from '@/lib/domain/counted'
import { REFUSALS } from '@/lib/domain/refusals'
import { STATUSES } from '@/lib/domain/status'
import { FileAgain, leavesNothing } from './file-again'
import { isNarrowed, type RequestView } from './request-view'
import { changeInWords, listed, shortDuration } from './words'

export type RequestActions = {
  withdraw: FormAction<unknown>
  confirm: FormAction<unknown>
  decline: FormAction<unknown>
  complete: FormAction<unknown>
  revoke: FormAction<unknown>
}

type Props = { view: RequestView; actions: RequestActions; next: ReactNode }

/** For everybody who is not about to sign: what comes next, and what they may do. */
export function RequestPanel({ view, actions, next }: Props) {
  const { status, request, now, signing } = view
  const grant = status === 'live' ? request.grant : null
  return (
    <aside className="decide plain no-print" aria-label="What comes next">
      <div className="row spread">
        <h2>{STATUSES[status].label}</h2>
        {grant ? (
          <Countdown from={grant.opened.getTime()} until={grant.expires.getTime()} now={now.getTime()} />
        ) : null}
      </div>
      <p className="muted">{nextWords(view)}</p>
      {signing && 'code' in signing ? (
        <Callout tone="neutral" title={REFUSALS[signing.code].says}>
          {signing.code === 'passkey_required' ? <Link href="/settings">Open Settings</Link> : null}
        </Callout>
      ) : null}
      <Less view={view} />
      <Acts view={view} actions={actions} />
      {next}
    </aside>
  )
}

function nextWords(view: RequestView): string {
  const { status, isMine, request } = view
  if (status === 'proposed' && isMine)
    return `${request.agent.slug} asks you for this. Confirm it, change it, or decline it. Policy is asked when you confirm.`
  if (status === 'live' && request.grant?.usesLeft === 0)
    return isMine ? 'All of its uses are spent. File again for more.' : 'All of its uses are spent.'
  if (request.declineReason !== null)
    return `Declined by ${request.requester.name}. Nothing was filed, and policy was not asked.`
  if (isMine && leavesNothing(view)) return 'Policy refused every scope of it. Nothing was granted.'
  return isMine || status === 'awaiting' ? STATUSES[status].next : MEANS[status]
}

/** That approvers left less than was asked, who took away what, and what the requester may do about it. */
function Less({ view }: { view: RequestView }) {
  const taken = view.changes.filter(({ own }) => changeInWords(own))
  if (!isNarrowed(view) || taken.length === 0) return null
  return (
    <Callout tone="wait" title="Less than was asked.">
      <ul className="mt-1">
        {taken.map(({ vote, own }) => (
          <li key={vote.id}>
            {vote.personName} approved {changeInWords(own)}.
          </li>
        ))}
      </ul>
      {view.isMine ? whatNow(view) : null}
    </Callout>
  )
}

const whatNow = ({ status }: RequestView) =>
  status === 'awaiting'
    ? 'You can leave it, withdraw it, or file again for the rest.'
    : 'You can file again for the rest.'

// What somebody reads who has nothing to do next.
const MEANS = {
  proposed: STATUSES.proposed.next,
  awaiting: STATUSES.awaiting.next,
  live: 'The agent may use it until its time is over.',
  refused: 'Policy refused it. Nothing was granted.',
  denied: 'An approver said no. Nothing was granted.',
  withdrawn: 'The requester took it back. Nothing was granted.',
  lapsed: 'Nobody answered in time. Nothing was granted.',
  completed: 'The task is done. Nothing is issued any more.',
  revoked: 'It was taken back. Nothing is issued any more.',
  expired: 'Its time ran out. Nothing is issued any more.',
} as const satisfies Record<keyof typeof STATUSES, string>

function Acts({ view, actions }: { view: RequestView; actions: RequestActions }) {
  const { request, abilities } = view
  const { id, grant } = request
  const { comment: _, ...acts } = abilities
  if (!Object.values(acts).some(Boolean)) return null
  return (
    <div className="stack acts">
      {abilities.fileAgain ? <FileAgain view={view} /> : null}
      {abilities.confirm ? <Confirm view={view} action={actions.confirm} /> : null}
      {abilities.edit ? (
        <Form action={`/requests/${id}/edit`}>
          <Button type="submit">Edit request</Button>
        </Form>
      ) : null}
      {abilities.decline ? (
        <ActDialog
          verb="Decline"
          title={`Decline ${id}`}
          working="Declining"
          action={actions.decline}
          fields={{ requestId: id }}
          said={`${id} declined.`}
        >
          <p>Nothing is filed. {request.agent.slug} cannot propose the same again for a day.</p>
          <Textarea label="Reason" name="reason" hint="May stay empty. Whoever reads the trail sees it." />
        </ActDialog>
      ) : null}
      {abilities.withdraw ? (
        <ActDialog
          verb="Withdraw"
          title={`Withdraw ${id}`}
          working="Withdrawing"
          action={actions.withdraw}
          fields={{ requestId: id }}
          said={`${id} withdrawn.`}
        >
          <p>Nobody can sign it from then on. You can file it again.</p>
        </ActDialog>
      ) : null}
      {abilities.complete && grant ? (
        <ActDialog
          verb="Mark completed"
          title={`Mark ${id} completed`}
          working="Completing"
          action={actions.complete}
          fields={{ grantId: grant.id }}
          said={`${id} completed.`}
        >
          <p>The task is done. {request.agent.slug} gets no token for it any more.</p>
        </ActDialog>
      ) : null}
      {abilities.revoke ? <Revoke view={view} action={actions.revoke} /> : null}
    </div>
  )
}

function Confirm({ view: { request }, action }: { view: RequestView; action: FormAction<unknown> }) {
  const { id, rev, agent, scopes, durationSeconds } = request
  return (
    <ActDialog
      verb="Confirm"
      title={`Confirm ${id}`}
      working="Confirming"
      variant="primary"
      action={action}
      fields={{ requestId: id, rev }}
      said={`${id} confirmed.`}
    >
      <p>
        It is filed in your name, as {agent.slug} wrote it: {counted(scopes.length, 'scope')} for{' '}
        {shortDuration(durationSeconds)}. Policy is asked now, and may allow it at once.
      </p>
    </ActDialog>
  )
}

function Revoke({
  view: { request, effective },
  action,
}: {
  view: RequestView
  action: FormAction<unknown>
}) {
  const { grant, id, agent } = request
  if (!grant) return null
  const servers = [...new Set(effective.scopes.map(({ serverName }) => serverName))]
  return (
    <ActDialog
      verb="Revoke"
      title={`Revoke ${id}`}
      working="Revoking"
      variant="danger"
      action={action}
      fields={{ grantId: grant.id }}
      said={`${id} revoked.`}
    >
      <p>
        {agent.slug} gets no token any more. Afterwards this page says what holds at {listed(servers)}, and
        from when.
      </p>
      <Textarea label="Reason" name="reason" hint="May stay empty. Whoever reads the trail sees it." />
    </ActDialog>
  )
}
