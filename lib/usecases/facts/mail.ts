import type { TrailEvent } from '@/lib/domain/events'
import type { LinkKind } from '@/lib/domain/password'
import type { Letter } from '@/lib/mail/letter'
import { sendMail } from '@/lib/mail/send-mail'
import { settings } from './settings'

const codeOf = (fault: unknown) =>
  fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : 'unknown'

/**
 * Sends a letter after what it tells of has been committed. Null when the mail server took it, else what there is to
 * remember of the failure: the server's code, and never the letter.
 */
export async function deliver(to: string, letter: Letter, kind: LinkKind): Promise<TrailEvent | null> {
  const { passwords } = settings()
  if (!passwords) return null
  try {
    await sendMail(passwords, to, letter)
    return null
  } catch (fault) {
    return { type: 'mail.failed', outcome: 'refused', data: { letter: kind, code: codeOf(fault) } }
  }
}
