import { Empty } from '@/components/ui/empty'
import { Part } from '@/components/ui/part'
import { Cell, Table } from '@/components/ui/table'
import { Moment } from '@/components/ui/time'
import { UntrustedWords } from '@/components/ui/untrusted'
import type { FormAction } from '@/components/ui/use-act'
import { visibleParts } from '@/lib/domain/clean-text'
import { MOST_PASSKEYS, type Passkey } from '@/lib/domain/passkey'
import { AddPasskey, type Begun } from './add-passkey'
import { type BegunRemoval, RemovePasskey } from './remove-passkey'
import { RenamePasskey } from './rename-passkey'

export type ShownPasskey = Pick<Passkey, 'credentialId' | 'name' | 'added' | 'lastUsed'>

export type PasskeyActions = {
  begin: FormAction<Begun>
  add: FormAction<{ name: string }>
  rename: FormAction<unknown>
  beginRemoval: FormAction<BegunRemoval>
  remove: FormAction<unknown>
}

type Props = {
  passkeys: readonly ShownPasskey[]
  /** Names of this person's stages that take signatures with a passkey only. */
  neededBy: readonly string[]
  actions: PasskeyActions
}

const COLUMNS = [
  { label: 'Name' },
  { label: 'Added' },
  { label: 'Last used' },
  { label: 'Change', hidden: true },
]

/** One's own passkeys: what one countersigns with. */
export function PasskeysPart({ passkeys, neededBy, actions }: Props) {
  return (
    <Part
      title="Passkeys"
      aside="Passkey: a key in your device that signs after it has checked you."
      className="stack"
    >
      {passkeys.length === 0 ? (
        <Empty title="You have no passkey.">
          {neededBy.length > 0
            ? `You cannot sign ${neededBy.join(', ')} without one.`
            : 'Without one you countersign with a sign-in of the last 8 hours.'}
        </Empty>
      ) : (
        <Table caption="Passkeys" columns={COLUMNS} className="directory">
          {passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.credentialId}
              passkey={passkey}
              isLast={passkeys.length === 1}
              neededBy={neededBy}
              actions={actions}
            />
          ))}
        </Table>
      )}
      {passkeys.length < MOST_PASSKEYS ? (
        <div>
          <AddPasskey begin={actions.begin} add={actions.add} hasOne={passkeys.length > 0} />
        </div>
      ) : (
        <p className="note">You have {MOST_PASSKEYS}. Remove one before you add another.</p>
      )}
    </Part>
  )
}

type RowProps = Omit<Props, 'passkeys'> & { passkey: ShownPasskey; isLast: boolean }

function PasskeyRow({ passkey, isLast, neededBy, actions }: RowProps) {
  const { credentialId, name, added, lastUsed } = passkey
  return (
    <tr>
      <Cell label="Name">
        <UntrustedWords segments={visibleParts(name)} />
      </Cell>
      <Cell label="Added">
        <Moment at={added} />
      </Cell>
      <Cell label="Last used">{lastUsed ? <Moment at={lastUsed} /> : 'never'}</Cell>
      <Cell>
        <div className="row">
          <RenamePasskey credentialId={credentialId} name={name} action={actions.rename} />
          <RemovePasskey credentialId={credentialId} begin={actions.beginRemoval} remove={actions.remove}>
            <p>It signs nothing any more. What it signed stays signed, and can still be checked.</p>
            {isLast ? <p>{lastOne(neededBy)}</p> : null}
          </RemovePasskey>
        </div>
      </Cell>
    </tr>
  )
}

const lastOne = (neededBy: readonly string[]): string =>
  neededBy.length > 0
    ? `It is your last one. You cannot sign ${neededBy.join(', ')} until you add another.`
    : 'It is your last one. You countersign with your sign-in then.'
