import type { RefusalCode } from '@/lib/domain/refusals'

export type FormValues = Readonly<Record<string, string | readonly string[]>>

/** What a form knows after it was sent. What was typed comes back with every answer that is not a yes. */
export type FormState<T = unknown> =
  | { kind: 'idle' }
  /** `leaf`: where the first entry that it left stands in the trail. */
  | { kind: 'done'; value: T; leaf?: number }
  | {
      kind: 'refused'
      code: RefusalCode
      says: string
      fields: Readonly<Record<string, string>>
      values: FormValues
    }

export const IDLE: FormState<never> = { kind: 'idle' }

/** What was typed into a field, when the answer brings it back. */
export function typedIn(state: FormState, field: string): string | undefined {
  const value = state.kind === 'refused' ? state.values[field] : undefined
  return typeof value === 'string' ? value : undefined
}

export const errorOf = (state: FormState, field: string): string | undefined =>
  state.kind === 'refused' ? state.fields[field] : undefined
