import { Toast as Base } from '@base-ui/react/toast'
import type { Tone } from './tone'

export type Toast = {
  tone?: Tone | undefined
  /** The result, with the verb that was pressed: "R-7F3K approved." */
  title: string
  /** What follows: "1 stage is left." */
  text?: string | undefined
  /** Where it is written: "Trail 48,214". */
  note?: string | undefined
}

export type ToastMore = { tone: Tone; text?: string | undefined; note?: string | undefined }

const STAYS_MS = 8_000

export const toastManager = Base.createToastManager<ToastMore>()

/** What went wrong stays until it is closed; the rest leaves by itself. */
export const staysFor = (tone: Tone) => (tone === 'bad' ? 0 : STAYS_MS)

/** Says a result, in the browser only, and only after the server has confirmed it. */
export function toast({ tone = 'good', title, text, note }: Toast) {
  toastManager.add({ title, timeout: staysFor(tone), data: { tone, text, note } })
}
