import { z } from 'zod'
import { isNoticeKind } from './notice'

/** The name of a kind of notice, as a form or a row has it. */
export const NoticeKindName = z.string().refine(isNoticeKind, 'An unknown kind of notice.')
