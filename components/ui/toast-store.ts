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

export type ShownToast = Toast & { id: number }

const NONE: readonly ShownToast[] = []
const listeners = new Set<() => void>()
let shown = NONE
let last = 0

function show(next: readonly ShownToast[]) {
  shown = next
  for (const listener of listeners) listener()
}

/** Says a result, in the browser only, and only after the server has confirmed it. */
export function toast(words: Toast) {
  last += 1
  show([...shown, { ...words, id: last }].slice(-3))
}

export const dismissToast = (id: number) => show(shown.filter((one) => one.id !== id))

export const toasts = {
  subscribe: (listener: () => void) => {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
  now: () => shown,
  onServer: () => NONE,
}
