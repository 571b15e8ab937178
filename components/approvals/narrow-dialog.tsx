'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { Dialog } from '@/components/ui/dialog'
import { FieldGroup } from '@/components/ui/field'
import { Input, Textarea } from '@/components/ui/input'
import { Sensitivity } from '@/components/ui/small-marks'
import type { FormAction } from '@/components/ui/use-act'
import { resourceLabel } from '@/lib/domain/resource-label'
import type { Scope } from '@/lib/domain/scope'
import type { Terms } from '@/lib/domain/terms'
import { errorOf } from '@/lib/web/form-state'
import { listed } from '../requests/words'
import { NarrowSubAgents } from './narrow-sub-agents'
import { NarrowedAnswer } from './narrowed-answer'
import { type Signed, SignForm } from './sign-dialog'
import { type Left, type NarrowingActions, useNarrowing } from './use-narrowing'

export type Earlier = { name: string; terms: Terms }

type Props = {
  requestId: string
  signer: string
  /** Whose places they may take. */
  signers: readonly { id: string; name: string }[]
  asked: Terms
  /** What earlier signatures left of it. */
  left: Terms
  earlier: readonly Earlier[]
  sign: FormAction<Signed>
} & NarrowingActions

const VERB = 'Approve with changes'

/** Less than was asked: strike scopes or sub-agents, shorten the time, cap the uses. What is chosen is what is signed. */
export function NarrowDialog({ requestId, signer, signers, asked, left, earlier, sign, ...actions }: Props) {
  const narrowing = useNarrowing({ requestId, signers }, left, actions)
  const { chosen, narrowed, prepared, deputyFor, choose, reset, takePlace } = narrowing
  const toggle = (id: string) => {
    const without = chosen.scopeIds.filter((one) => one !== id)
    const isKept = without.length < chosen.scopeIds.length
    choose({ ...chosen, scopeIds: isKept ? without : [...without, id] })
  }
  return (
    <Dialog verb={VERB} title={`${VERB} ${requestId}`} onOpen={reset}>
      <SignForm
        as="changes"
        {...{ requestId, signer, signers, sign, prepared, deputyFor }}
        onPlace={takePlace}
      >
        {(state) => (
          <>
            <FieldGroup label="Scopes" error={errorOf(state, 'scopeIds')}>
              {asked.scopes.map((scope) => (
                <ScopeLine
                  key={scope.id}
                  scope={scope}
                  isLeft={left.scopes.some(({ id }) => id === scope.id)}
                  isKept={chosen.scopeIds.includes(scope.id)}
                  onToggle={() => toggle(scope.id)}
                />
              ))}
            </FieldGroup>
            <Input
              label="Duration"
              name="durationMinutes"
              className="minutes"
              inputMode="numeric"
              autoComplete="off"
              value={chosen.minutes}
              onChange={(event) => choose({ ...chosen, minutes: event.target.value })}
              hint={`Minutes, at most ${left.durationSeconds / 60}.`}
              error={errorOf(state, 'durationMinutes')}
            />
            <UsesField left={left} chosen={chosen} choose={choose} error={errorOf(state, 'uses')} />
            <NarrowSubAgents
              {...{ asked: asked.delegation, left: left.delegation, chosen, choose }}
              error={errorOf(state, 'subAgentIds')}
            />
            <NarrowedAnswer narrowed={narrowed} asked={asked} earlier={earlier} chosen={chosen} />
            <Textarea
              label="Note"
              name="note"
              rows={2}
              hint="May stay empty. The requester reads it. It is not part of what you sign."
              error={errorOf(state, 'note')}
            />
          </>
        )}
      </SignForm>
    </Dialog>
  )
}

type UsesProps = { left: Terms; chosen: Left; choose: (next: Left) => void; error: string | undefined }

/** Where no resource server asks before it answers, nobody could count. */
function UsesField({ left, chosen, choose, error }: UsesProps) {
  const counting = left.scopes.filter(({ asksOnline }) => asksOnline)
  if (counting.length === 0) return null
  const servers = listed([...new Set(counting.map(({ serverName }) => serverName))])
  return (
    <Input
      label="Uses"
      name="uses"
      className="minutes"
      inputMode="numeric"
      autoComplete="off"
      value={chosen.uses}
      onChange={(event) => choose({ ...chosen, uses: event.target.value })}
      hint={`${left.uses === null ? 'May stay empty: then nobody counts.' : `At most ${left.uses}.`} A use is one allowed call at ${servers}.`}
      error={error}
    />
  )
}

type LineProps = { scope: Scope; isLeft: boolean; isKept: boolean; onToggle: () => void }

/** A scope that somebody struck before stays struck: nobody can give it back. */
function ScopeLine({ scope, isLeft, isKept, onToggle }: LineProps) {
  const words = (
    <>
      <b>{scope.action}</b> <code>{resourceLabel(scope)}</code>
    </>
  )
  return (
    <Checkbox
      name="scopeIds[]"
      value={scope.id}
      checked={isLeft && isKept}
      disabled={!isLeft}
      onChange={onToggle}
      end={isLeft ? <Sensitivity level={scope.sensitivity} /> : <span className="note">Struck before</span>}
    >
      {isLeft && isKept ? words : <del>{words}</del>}
    </Checkbox>
  )
}
