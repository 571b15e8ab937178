'use client'

import { useRef, useState } from 'react'
import { askBefore, type FormAction } from '@/components/ui/use-act'
import { delegationOf, isSameDelegation } from '@/lib/domain/delegation'
import type { Terms } from '@/lib/domain/terms'
import { type Cap, isWithin } from '@/lib/domain/uses'
import { type FormState, IDLE } from '@/lib/web/form-state'
import type { Prepared } from './use-signing'

const PAUSE_MS = 150

/** What policy says of what an approver would leave. */
export type NarrowingAnswer = {
  problem: string | null
  verdict: 'allowed' | 'held' | 'refused' | null
  stages: readonly { groupName: string; quorum: number }[]
  policies: readonly { id: string; says: string }[]
}

/** Texts, as the form has them. */
export type Left = {
  scopeIds: readonly string[]
  minutes: string
  uses: string
  subAgentIds: readonly string[]
  depth: string
}

export type Narrowed =
  | { kind: 'unchanged' }
  | { kind: 'incomplete'; says: string }
  | { kind: 'asking' }
  | { kind: 'refused'; says: string }
  | { kind: 'answered'; answer: NarrowingAnswer }

export type NarrowingActions = { prepare: FormAction<Prepared>; preview: FormAction<NarrowingAnswer> }

const minutesOf = ({ durationSeconds }: Terms) => durationSeconds / 60

export const allOf = (left: Terms): Left => ({
  scopeIds: left.scopes.map(({ id }) => id),
  minutes: String(minutesOf(left)),
  uses: left.uses === null ? '' : String(left.uses),
  subAgentIds: left.delegation?.agents.map(({ id }) => id) ?? [],
  depth: String(left.delegation?.depth ?? 0),
})

/** The sub-agents that are chosen, and how deep. */
export const delegationChosen = (from: Terms['delegation'], { subAgentIds, depth }: Left) =>
  delegationOf(from?.agents.filter(({ id }) => subAgentIds.includes(id)) ?? [], Number(depth))

const isCap = (uses: string, most: Cap) =>
  /^\d{1,7}$/.test(uses) && Number(uses) >= 1 && isWithin(most, Number(uses))
const saysUses = (most: Cap) => `Give whole uses from 1 to ${most ?? '1,000,000'}, or none.`

/** What is not worth asking about, said at once. */
export function localAnswer(left: Terms, chosen: Left): Narrowed | null {
  const { scopeIds, minutes, uses } = chosen
  if (scopeIds.length === 0)
    return { kind: 'incomplete', says: 'Leave at least one scope. To give nothing, deny.' }
  const count = Number(minutes)
  if (!/^\d{1,5}$/.test(minutes) || count < 1 || count > minutesOf(left))
    return { kind: 'incomplete', says: `Give whole minutes from 1 to ${minutesOf(left)}.` }
  if (uses !== '' && !isCap(uses, left.uses)) return { kind: 'incomplete', says: saysUses(left.uses) }
  const isSameCap = uses === '' || Number(uses) === left.uses
  const isSameTo = isSameDelegation(delegationChosen(left.delegation, chosen), left.delegation)
  const isSame = scopeIds.length === left.scopes.length && count === minutesOf(left) && isSameCap
  return isSame && isSameTo ? { kind: 'unchanged' } : null
}

/** Where no sub-agent is left, nothing of them is sent. */
export const NONE_LEFT = '0'

type About = { requestId: string; signers: readonly { id: string }[] }

function formOf(requestId: string, deputyFor: string, chosen: Left): FormData {
  const { scopeIds, minutes, uses, subAgentIds, depth } = chosen
  const form = new FormData()
  form.set('requestId', requestId)
  form.set('deputyFor', deputyFor)
  form.set('verdict', 'approve')
  form.set('durationMinutes', minutes)
  if (uses !== '') form.set('uses', uses)
  for (const id of scopeIds) form.append('scopeIds[]', id)
  if (depth !== NONE_LEFT) form.set('subAgentDepth', depth)
  for (const id of subAgentIds) form.append('subAgentIds[]', id)
  return form
}

const answerOf = (state: FormState<NarrowingAnswer> | null): Narrowed => {
  if (state?.kind === 'done') return { kind: 'answered', answer: state.value }
  return { kind: 'refused', says: state?.kind === 'refused' ? state.says : 'Policy did not answer.' }
}

/**
 * What an approver would leave. Each change asks policy after a short pause, and only when it can be signed is a
 * digest made of it: what was made for another choice is forgotten at once.
 */
export function useNarrowing(
  { requestId, signers }: About,
  left: Terms,
  { prepare, preview }: NarrowingActions,
) {
  const [deputyFor, setDeputyFor] = useState('')
  const [chosen, setChosen] = useState(() => allOf(left))
  const [narrowed, setNarrowed] = useState<Narrowed>({ kind: 'unchanged' })
  const [prepared, setPrepared] = useState<FormState<Prepared>>(IDLE)
  const turn = useRef(0)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const settle = async (form: FormData, mine: number) => {
    const answer = answerOf(await preview(IDLE, form).catch(() => null))
    if (mine !== turn.current) return
    setNarrowed(answer)
    if (answer.kind !== 'answered' || answer.answer.problem) return
    const made = await askBefore(prepare, form)
    if (mine === turn.current) setPrepared(made)
  }
  const choose = (next: Left, place = deputyFor) => {
    clearTimeout(timer.current)
    turn.current += 1
    const mine = turn.current
    setChosen(next)
    setDeputyFor(place)
    setPrepared(IDLE)
    const known = localAnswer(left, next)
    setNarrowed(known ?? { kind: 'asking' })
    if (!known) timer.current = setTimeout(() => settle(formOf(requestId, place, next), mine), PAUSE_MS)
  }
  const reset = () => choose(allOf(left), signers[0]?.id ?? '')
  // Whose place it takes is signed too: another place makes another digest.
  const takePlace = (place: string) => choose(chosen, place)
  return { chosen, narrowed, prepared, deputyFor, choose, reset, takePlace }
}
