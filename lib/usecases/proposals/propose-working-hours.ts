import type { Actor } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { HoursForm } from '@/lib/domain/hours-change'
import type { Result } from '@/lib/domain/result'
import { type Proposed, proposeChange } from '../facts/propose'

export const ProposeWorkingHours = HoursForm

/** Proposes other working hours of the tenant, which policies may ask for, to the other administrators. */
export const proposeWorkingHours = (actor: Actor, act: Act, form: HoursForm): Promise<Result<Proposed>> =>
  proposeChange(actor, act, { change: { kind: 'hours.set', ...form }, ability: 'hours.change' })
