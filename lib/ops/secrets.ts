import { closeDatabase } from '@/lib/data/database'
import { listSealedRows, type SealedKind } from '@/lib/data/sealed-rows'
import { listSecrets } from '@/lib/domain/secrets'
import { readSettings, type Settings } from '@/lib/domain/settings'
import { openSealed } from '@/lib/usecases/facts/sealed'

const KINDS = ['signing key', 'second factor', 'webhook'] as const satisfies readonly SealedKind[]
const OWN = 'COUNTERSIGN_SECRET'
const NONE = 'none of them'

type Named = { name: string; secret: string }

/**
 * `secrets` says what lies sealed under which secret. It ends with 0 when everything opens with COUNTERSIGN_SECRET alone,
 * and with 1 while another one is still needed or something opens with none.
 */
async function main(): Promise<boolean> {
  const named = namesOf(readSettings(process.env))
  const found = (await listSealedRows()).map((row) => ({
    kind: row.kind,
    under: named.find(({ secret }) => openSealed(row, secret))?.name ?? NONE,
  }))
  for (const name of [...named.map((each) => each.name), NONE]) {
    const kinds = found.filter(({ under }) => under === name).map(({ kind }) => kind)
    console.log(`${`sealed under ${name}`.padEnd(40)}${countsOf(kinds)}`)
  }
  return found.every(({ under }) => under === OWN)
}

function namesOf({ secret, secretOld }: Settings): Named[] {
  const [own, ...others] = listSecrets(secret)
  const nameOf = (other: string) => (other === secretOld ? `${OWN}_OLD` : `${OWN}_NEXT`)
  return [{ name: OWN, secret: own }, ...others.map((other) => ({ name: nameOf(other), secret: other }))]
}

const countsOf = (found: readonly SealedKind[]): string =>
  KINDS.map((kind) => {
    const count = found.filter((each) => each === kind).length
    return `${count} ${kind}${count === 1 ? '' : 's'}`
  }).join(', ')

main()
  .then((isOwnOnly) => {
    process.exitCode = isOwnOnly ? 0 : 1
  })
  .catch((fault: unknown) => {
    console.error(fault instanceof Error ? fault.message : fault)
    process.exitCode = 2
  })
  .finally(closeDatabase)
