import { closeDatabase } from '@/lib/data/database'
import { Email } from '@/lib/domain/password'
import { REFUSALS } from '@/lib/domain/refusals'
import { readSettings } from '@/lib/domain/settings'
import { makeRecoveryLink } from '@/lib/usecases/setup/make-recovery-link'

const USAGE = 'Say for whom: npm start -- recover administrator@example.org'

/** `recover <e-mail>` prints a link for the only administrator, who has lost their second factor. */
async function main(): Promise<void> {
  const email = Email.safeParse(process.argv.findLast((word) => word.includes('@')))
  if (!email.success) throw new Error(USAGE)
  const { consoleUrl } = readSettings(process.env)
  const made = await makeRecoveryLink(email.data)
  if (!made.ok) throw new Error(made.refusal.says ?? REFUSALS[made.refusal.code].says)
  console.log('This link chooses another password, and takes the second factor and passkeys away.')
  console.log('It works once and for 15 minutes. The next sign-in sets up a new second factor.')
  console.log(`${consoleUrl}/reset#${made.value.secret}`)
}

main()
  .catch((fault: unknown) => {
    console.error(fault instanceof Error ? fault.message : fault)
    process.exitCode = 1
  })
  .finally(closeDatabase)
