import { ActDialog } from '@/components/ui/act-dialog'
import { Countdown } from '@/components/ui/countdown'
import { Empty } from '@/components/ui/empty'
import { Link } from '@/components/ui/link'
import { LinkButton } from '@/components/ui/link-button'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { relativeTo } from '@/components/ui/time-words'
import type { FormAction } from '@/components/ui/use-act'
import { counted } from '@/lib/domain/counted'
import type { LiveGrant } from '@/lib/domain/live-grant'
import { RevokeGrantDialog } from '../live/revoke-grant-dialog'
import { MoreLink } from './more-link'

const COLUMNS = [
  { label: 'Grant' },
  { label: 'Time left' },
  { label: 'Last use' },
  { label: 'Act', hidden: true },
] as const

const FEW = 8

type Acts = { complete: FormAction<unknown>; revoke: FormAction<unknown> }

/** My own tasks that are live, the one that ends first on top. */
export function LivePart({ live, now, ...acts }: { live: readonly LiveGrant[]; now: Date } & Acts) {
  return (
    <Part
      title="My live tasks"
      className="stack"
      aside={
        <Link className="note" href="/grants">
          All live grants
        </Link>
      }
    >
      {live.length === 0 ? (
        <Empty
          title="No task of yours is live."
          action={<LinkButton href="/requests/new">File one</LinkButton>}
        >
          A task is live from the moment policy or its last signature allows it.
        </Empty>
      ) : (
        <Table caption="My live tasks" columns={COLUMNS}>
          {live.slice(0, FEW).map((grant) => (
            <Row key={grant.id} grant={grant} now={now} {...acts} />
          ))}
        </Table>
      )}
      <MoreLink href="/grants" count={live.length - FEW} what="live" />
    </Part>
  )
}

function Row({ grant, now, complete, revoke }: { grant: LiveGrant; now: Date } & Acts) {
  return (
    <tr>
      <td>
        <Link href={`/requests/${grant.requestId}`}>
          <code>{grant.id}</code>
        </Link>{' '}
        {grant.agent}, {counted(grant.scopes, 'scope')}
      </td>
      <Cell label="Time left">
        <Countdown from={grant.opened} until={grant.expires} now={now.getTime()} />
      </Cell>
      <Cell label="Last use">
        {grant.seen ? `${grant.seen.says}, ${relativeTo(new Date(grant.seen.at), now)}` : 'Not yet'}
      </Cell>
      <Cell className="go" number>
        <span className="row acts">
          <ActDialog
            verb="Mark completed"
            title={`Mark ${grant.id} completed`}
            working="Completing"
            action={complete}
            fields={{ grantId: grant.id }}
            said={`${grant.id} completed.`}
            small
          >
            <p>The task is done. No token is issued for it once you confirm.</p>
          </ActDialog>
          <RevokeGrantDialog grant={grant} now={now.getTime()} revoke={revoke} />
        </span>
      </Cell>
    </tr>
  )
}
