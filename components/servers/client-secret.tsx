'use client'

import { ActDialog } from '@/components/ui/act-dialog'
import { Choices } from '@/components/ui/choices'
import { Select } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import type { FormAction } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'
import { ProposeOnce, type ProposingServer } from './propose-once'

type Server = { id: string; name: string; hasKey: boolean; hasSecret: boolean; hasOldSecret: boolean }
type Props = ProposingServer & {
  server: Server
  endAction: FormAction<{ which: 'old' | 'all' }>
  overlaps: readonly { seconds: number; words: string }[]
  usual: number
}

/** What an administrator can do about the client secret of a server. */
export function ClientSecretTools({ server, endAction, overlaps, usual, ...proposing }: Props) {
  if (!server.hasSecret)
    return (
      <ProposeOnce
        {...proposing}
        verb="Make secret"
        title={`Make a client secret for ${server.name}`}
        fields={{ kind: 'secret.make', serverId: server.id }}
        said={`${server.name} authenticates with its client secret now.`}
      >
        <p>For a server or gateway that cannot sign assertions. A key is safer where it can.</p>
        {server.hasKey ? <p className="note">Its public key counts no more once this is in force.</p> : null}
      </ProposeOnce>
    )
  return (
    <>
      <ProposeOnce
        {...proposing}
        verb="Rotate secret"
        title={`Rotate the client secret of ${server.name}`}
        fields={{ kind: 'secret.rotate', serverId: server.id }}
        said={`${server.name} has a new client secret.`}
      >
        {(state) => (
          <>
            <Select
              label="The secret before serves for"
              name="keepSeconds"
              defaultValue={String(usual)}
              hint="Counted from the moment this is in force. No more than two secrets serve at once."
              error={errorOf(state, 'keepSeconds')}
            >
              {overlaps.map(({ seconds, words }) => (
                <option key={seconds} value={seconds}>
                  {words}
                </option>
              ))}
            </Select>
            {server.hasOldSecret ? (
              <p className="note">
                A secret from before the last rotation still serves. It ends at once then.
              </p>
            ) : null}
          </>
        )}
      </ProposeOnce>
      <EndSecret server={server} action={endAction} />
    </>
  )
}

const BOTH = [
  { value: 'old', label: 'The one before' },
  { value: 'all', label: 'Both' },
]

function EndSecret({ server, action }: { server: Server; action: Props['endAction'] }) {
  return (
    <ActDialog
      verb="End secret"
      title={`End the client secret of ${server.name}`}
      working="Ending"
      variant="danger"
      small
      action={action}
      fields={server.hasOldSecret ? { serverId: server.id } : { serverId: server.id, which: 'all' }}
      onDone={() => toast({ title: 'Secret ended.' })}
    >
      {server.hasOldSecret ? (
        <Choices label="Which secret" name="which" choices={BOTH} defaultValue="old" />
      ) : null}
      <p>It proves nothing from the next call on. This takes effect at once and waits for nobody.</p>
      {server.hasOldSecret ? null : (
        <p className="note">Until it has a new secret or a key, every question of this server is refused.</p>
      )}
    </ActDialog>
  )
}
