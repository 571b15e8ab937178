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

/** Says a result, in the browser only, and only after the server has confirmed it. */
export function toast(said: Toast): void {
  void import('./toast-view').then(({ show }) => show(said))
}
