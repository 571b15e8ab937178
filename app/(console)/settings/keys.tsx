import { EndKey, RotateKey } from '@/components/settings/key-dialogs'
import { KeysPart } from '@/components/settings/keys-part'
import { listKeyTimes } from '@/lib/data/signing-keys'
import { type Actor, may } from '@/lib/domain/access'
import { endSigningKeyAction, rotateSigningKeyAction } from './trust-actions'

/** The signing keys, for who may see them, with what administrators may do about them. */
export async function Keys({ actor }: { actor: Actor }) {
  if (!may(actor, 'people.see')) return null
  const mayChange = may(actor, 'key.change')
  return (
    <KeysPart
      keys={await listKeyTimes()}
      rotating={mayChange ? <RotateKey action={rotateSigningKeyAction} /> : null}
      endOf={({ kid, state }) =>
        mayChange && state !== 'ended' ? (
          <EndKey kid={kid} state={state} action={endSigningKeyAction} />
        ) : null
      }
    />
  )
}
