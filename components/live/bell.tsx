'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Link } from '@/components/ui/link'
import { Menu } from '@/components/ui/menu'
import { Ago } from '@/components/ui/time'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { type NoticeRow, type Notices, placeOf } from '@/lib/domain/notice'
import { useNotices } from './use-notices'

type Props = { fromServer: Notices; markRead: FormAction<unknown> }

/** In the bar: what happened that concerns whoever is signed in. Seeded by the server, kept fresh by the live link. */
export function Bell(props: Props) {
  const [client] = useState(
    () => new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: false } } }),
  )
  return (
    <QueryClientProvider client={client}>
      <Live {...props} />
    </QueryClientProvider>
  )
}

const MOST_SAID = 99

const counted = (unread: number) => (unread > MOST_SAID ? `${MOST_SAID}+` : String(unread))

/** "Notifications, 3 unread" */
const nameOf = (unread: number) =>
  unread === 0 ? 'Notifications' : `Notifications, ${counted(unread)} unread`

function Live({ fromServer, markRead }: Props) {
  const notices = useNotices(fromServer)
  const { unread } = notices
  const { send } = useAct(markRead)
  const [isOpen, setOpen] = useState(false)
  const read = (from: number, upTo: number) => {
    const form = new FormData()
    form.set('from', String(from))
    form.set('upTo', String(upTo))
    send(form)
  }
  return (
    <>
      <Button variant="quiet" icon className="bell" popoverTarget="notices" aria-label={nameOf(unread)}>
        <Icon name="bell" />
        {unread > 0 ? (
          <span className="unread" aria-hidden="true">
            {counted(unread)}
          </span>
        ) : null}
      </Button>
      <Menu id="notices" label="Notifications" className="notices" onOpenChange={setOpen}>
        {isOpen ? <List notices={notices} read={read} /> : null}
      </Menu>
    </>
  )
}

type Read = (from: number, upTo: number) => void

function List({ notices: { rows, unread, now }, read }: { notices: Notices; read: Read }) {
  const [newest] = rows
  return (
    <>
      {rows.length === 0 ? <p className="label">Nothing has happened that concerns you.</p> : null}
      <ul>
        {rows.map((notice) => (
          <Item key={notice.leaf} notice={notice} now={now} onOpen={() => read(notice.leaf, notice.leaf)} />
        ))}
      </ul>
      {newest && unread > 0 ? (
        <div className="row">
          <Button small onClick={() => read(0, newest.leaf)}>
            Mark all as read
          </Button>
        </div>
      ) : null}
    </>
  )
}

function Item({ notice, now, onOpen }: { notice: NoticeRow; now: number; onOpen: () => void }) {
  const { says, at, isRead } = notice
  return (
    <li className={isRead ? undefined : 'is-unread'}>
      <Link href={placeOf(notice)} onClick={() => isRead || onOpen()}>
        <span>
          {isRead ? null : <b className="t-live">New </b>}
          {says}
          <span className="note">
            <Ago at={new Date(at)} now={new Date(now)} />
          </span>
        </span>
      </Link>
    </li>
  )
}
