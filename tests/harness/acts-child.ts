// A process of its own that does what it is told, and dies where it is told: `kill -9` at a marked point.
import { approveRequest } from '@/lib/usecases/approvals/approve-request'
import { denyRequest } from '@/lib/usecases/approvals/deny-request'
import { exchangeToken } from '@/lib/usecases/credentials/exchange-token'
import { completeGrant } from '@/lib/usecases/grants/complete-grant'
import { revokeGrant } from '@/lib/usecases/grants/revoke-grant'
import { noteNotices } from '@/lib/usecases/notices/note-notices'
import { submitRequest } from '@/lib/usecases/requests/submit-request'
import { withdrawRequest } from '@/lib/usecases/requests/withdraw-request'
import { atMark, type Mark } from './marks'

const ENDS = { denyRequest, withdrawRequest, revokeGrant, completeGrant }
const ACTS = { submitRequest, approveRequest, exchangeToken, noteNotices, ...ENDS }
export type ActName = keyof typeof ACTS

export type Told = { id: number; act: ActName; args: readonly unknown[]; killAt: Mark | null }
export type Answered = { id: number; answer: unknown } | { id: number; fault: string }

const answerOf = async ({ id, act, args, killAt }: Told): Promise<Answered> => {
  if (killAt) atMark(killAt, () => process.kill(process.pid, 'SIGKILL'))
  const perform = ACTS[act] as (...args: readonly unknown[]) => Promise<unknown>
  return perform(...args).then(
    (answer) => ({ id, answer }),
    (fault: unknown) => ({ id, fault: String(fault) }),
  )
}

process.on('message', async (told: Told) => process.send?.(await answerOf(told)))
process.on('disconnect', () => process.exit(0))
process.send?.('ready')
