import { z } from 'zod'
import { databaseNow } from '@/lib/data/clock'
import { commit } from '@/lib/data/commit'
import { newSecret } from '@/lib/data/new-id'
import { findSetupLink, hasAdministrator } from '@/lib/data/setup-link'
import { openSetupLinkRow } from '@/lib/data/write-setup-link'
import { done, type Result, refusal } from '@/lib/domain/result'
import { isLinkOpenable, SETUP_SECONDS } from '@/lib/domain/setup-link'
import { setupHash } from '@/lib/usecases/facts/setup-right'

export const OpenSetupLink = z.object({
  secret: z
    .string()
    .regex(/^[\w-]{43}$/, 'This is not the whole link. Copy it from the terminal to the end of the line.'),
})
export type OpenSetupLink = z.infer<typeof OpenSetupLink>

/**
 * Follows the printed link: it opens nothing more from then on, and the browser gets a secret of its own that proves
 * the right to be the first administrator.
 */
export async function openSetupLink({ secret }: OpenSetupLink): Promise<Result<{ right: string }>> {
  const [link, isTaken, opened] = await Promise.all([findSetupLink(), hasAdministrator(), databaseNow()])
  const hash = setupHash(secret)
  // The hash is looked up as a whole by the write below, so no comparison here tells how much of it was right.
  if (!link || isTaken || !isLinkOpenable(link, opened)) return refusal('setup_link_void')
  const right = newSecret()
  const rightExpires = new Date(opened.getTime() + SETUP_SECONDS * 1000)
  const written = await commit(
    { via: 'console' },
    done({ right }, { type: 'setup.link_opened', outcome: 'done' } as const),
    (tx) => openSetupLinkRow(tx, hash, { opened, rightHash: setupHash(right), rightExpires }),
  )
  return written.ok || written.refusal.code !== 'changed_meanwhile' ? written : refusal('setup_link_void')
}
