'use client'

import { Badge } from '@/components/ui/badge'
import { Countdown } from '@/components/ui/countdown'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { useServerSecond } from '@/components/ui/server-time'
import { Sensitivity, Strokes } from '@/components/ui/small-marks'
import { Cell } from '@/components/ui/table'
import { momentOf, relativeTo } from '@/components/ui/time-words'
import type { FormAction } from '@/components/ui/use-act'
import type { LiveGrant } from '@/lib/domain/live-grant'
import { STATUSES } from '@/lib/domain/status'
import { GrantEnd } from './grant-end'
import { RevokeGrantDialog } from './revoke-grant-dialog'

type Props = {
  grant: LiveGrant
  now: number
  revoke: FormAction<unknown>
  isTicked: boolean
  onToggle: () => void
  columns: number
}

/** One grant; when it has ended, a second row says how and what follows. */
export function GrantRow({ grant, now, revoke, isTicked, onToggle, columns }: Props) {
  const isEnded = grant.status !== 'live'
  // Time that ran out ends every token with it: there is nothing more to say.
  const isOutOfTime = grant.status === 'expired'
  const words = grant.signed === 1 ? '1 signature' : `${grant.signed} signatures`
  return (
    <>
      <tr className={isEnded ? 'is-ended' : isTicked && grant.mayRevoke ? 'is-selected' : undefined}>
        <Cell className="select keep">
          <input
            type="checkbox"
            aria-label={`Select ${grant.id}`}
            checked={isTicked && grant.mayRevoke}
            disabled={!grant.mayRevoke}
            onChange={onToggle}
          />
        </Cell>
        <Cell className="what">
          <Link href={`/requests/${grant.requestId}`}>
            <code>{grant.id}</code>
          </Link>{' '}
          <Sensitivity level={grant.sensitivity} />{' '}
          {grant.scopes === 1 ? grant.action : `${grant.scopes} scopes, ${grant.action}`}
        </Cell>
        <Cell label="Agent">
          <code>{grant.agent}</code>
          {grant.handedOnBy ? <span className="note block">handed on by {grant.handedOnBy}</span> : null}
        </Cell>
        <Cell label="Acts for" className="opt">
          {grant.requester}
        </Cell>
        <Cell label="Signed" className="opt keep signed-col">
          <span title={words}>
            <Strokes signed={grant.signed} cut={grant.status === 'revoked'} />
            <span className="vh">{words}</span>
          </span>
        </Cell>
        <Cell className="left keep">
          {isEnded ? (
            <Ended grant={grant} />
          ) : (
            <>
              <Countdown from={grant.opened} until={grant.expires} now={now} />
              <UsesLeft grant={grant} />
            </>
          )}
        </Cell>
        <Cell label="Last use" className="keep">
          <LastUse seen={grant.seen} now={now} />
        </Cell>
        <Cell className="go keep" number>
          {grant.mayRevoke ? <RevokeGrantDialog grant={grant} now={now} revoke={revoke} /> : null}
          {isEnded && grant.isOwn ? (
            <LinkButton small href={`/requests/new?from=${grant.requestId}`}>
              File again
            </LinkButton>
          ) : null}
        </Cell>
      </tr>
      {isEnded && !isOutOfTime ? <GrantEnd grant={grant} now={now} columns={columns} /> : null}
    </>
  )
}

function Ended({ grant: { status, ended } }: { grant: LiveGrant }) {
  const { tone, label } = STATUSES[status]
  return (
    <span title={ended === null ? undefined : momentOf(new Date(ended))}>
      <Badge tone={tone} plain>
        {label}
      </Badge>
    </span>
  )
}

/** "3 of 10 uses left", where they are counted. */
function UsesLeft({ grant: { uses, usesLeft } }: { grant: LiveGrant }) {
  if (uses === null || usesLeft === null) return null
  return (
    <span className="note block">
      {usesLeft} of {uses} uses left
    </span>
  )
}

function LastUse({ seen, now }: { seen: LiveGrant['seen']; now: number }) {
  const second = useServerSecond(now)
  if (!seen) return 'Not yet'
  const at = new Date(seen.at)
  return (
    <span title={momentOf(at)}>
      {seen.says}, {relativeTo(at, new Date(Math.max(seen.at, second * 1000)))}
    </span>
  )
}
