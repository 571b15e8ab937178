'use client'

import { type FormEvent, startTransition } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { toast } from '@/components/ui/toast'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { ALL_KINDS, NOTICE_KINDS, type NoticeKind } from '@/lib/domain/notice'
import { CHANNELS, type Channel, reachKey } from '@/lib/domain/reach'

type Props = {
  /** The cells that are ticked. */
  on: readonly string[]
  /** Where mail goes to, or null when no address is known here. */
  mailTo: string | null
  action: FormAction<unknown>
}

/** What somebody is told, and where. */
export function ReachPart({ on, mailTo, action }: Props) {
  const { state, pending, send } = useAct(action, () => toast({ title: 'Saved.' }))
  const channels: readonly Channel[] = mailTo === null ? ['app'] : ['app', 'mail']
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (!pending) startTransition(() => send(form))
  }
  return (
    <Part title="What reaches me" aside="It holds for what happens from now on." className="stack">
      <form onSubmit={submit} className="stack">
        <Table
          caption="What reaches me"
          className="directory"
          columns={[
            { label: 'When' },
            ...channels.map((channel) => ({ label: CHANNELS[channel], className: 'reach' })),
          ]}
        >
          {ALL_KINDS.map((kind) => (
            <tr key={kind}>
              <Cell>{NOTICE_KINDS[kind]}</Cell>
              {channels.map((channel) => (
                <Box key={channel} channel={channel} kind={kind} on={on} />
              ))}
            </tr>
          ))}
        </Table>
        <p className="note">
          {mailTo === null
            ? 'No mail is sent to you: no address of yours is known here.'
            : `Mail goes to ${mailTo}.`}
        </p>
        <Refusal state={state} />
        <div>
          <Button type="submit" small pending={pending ? 'Saving' : undefined}>
            Save what reaches me
          </Button>
        </div>
      </form>
    </Part>
  )
}

function Box({ channel, kind, on }: { channel: Channel; kind: NoticeKind; on: readonly string[] }) {
  const key = reachKey(channel, kind)
  const label = CHANNELS[channel]
  return (
    <Cell label={label}>
      <label className="reach">
        <input
          type="checkbox"
          name="on[]"
          value={key}
          defaultChecked={on.includes(key)}
          aria-label={`${label}: ${NOTICE_KINDS[kind]}`}
        />
      </label>
    </Cell>
  )
}
