import { PasskeysPart } from '@/components/settings/passkeys-part'
import { listPasskeys } from '@/lib/data/passkeys'
import type { Actor } from '@/lib/domain/access'
import { passkeyStages } from '@/lib/usecases/facts/policy-in-force'
import {
  addPasskeyAction,
  beginPasskeyAction,
  beginRemovalAction,
  removePasskeyAction,
  renamePasskeyAction,
} from './passkey-actions'

const ACTIONS = {
  begin: beginPasskeyAction,
  add: addPasskeyAction,
  rename: renamePasskeyAction,
  beginRemoval: beginRemovalAction,
  remove: removePasskeyAction,
}

/** One's own passkeys, for everybody: who may sign changes from day to day. */
export async function Passkeys({ actor: { personId, groups } }: { actor: Actor }) {
  const [passkeys, stages] = await Promise.all([listPasskeys(personId), passkeyStages()])
  const shown = passkeys.map(({ credentialId, name, added, lastUsed }) => {
    return { credentialId, name, added, lastUsed }
  })
  const neededBy = groups.filter(({ slug }) => stages.has(slug)).map(({ name }) => name)
  return <PasskeysPart passkeys={shown} neededBy={neededBy} actions={ACTIONS} />
}
