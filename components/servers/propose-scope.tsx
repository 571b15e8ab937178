'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { Input, Select } from '@/components/ui/input'
import { SENSITIVITY_WORDS } from '@/components/ui/small-marks'
import { errorOf, type FormState } from '@/lib/web/form-state'

type Add = Proposing & {
  server: { id: string; name: string; identifier: string }
  actions: readonly string[]
}

/** One more thing that can be asked for. */
export function AddScope({ server, actions, ...proposing }: Add) {
  return (
    <Propose
      {...proposing}
      verb="Add scope"
      title={`Add a scope of ${server.name}`}
      fields={{ kind: 'scope.add', serverId: server.id }}
      said="Scope added."
    >
      {(state) => (
        <>
          <Select
            label="Action"
            name="action"
            hint="Those that the policy set in force knows."
            error={errorOf(state, 'action')}
          >
            {actions.map((action) => (
              <option key={action} value={action}>
                {action}
              </option>
            ))}
          </Select>
          <Input
            label="Resource"
            name="resource"
            required
            autoComplete="off"
            spellCheck={false}
            defaultValue={`${server.identifier}/`}
            error={errorOf(state, 'resource')}
          />
          <Classifying state={state} scope={{ sensitivity: 3, dataDomain: '', maxSeconds: 3600 }} />
        </>
      )}
    </Propose>
  )
}

type Classified = { sensitivity: number; dataDomain: string; maxSeconds: number }
type Change = Proposing & {
  scope: Classified & { id: string; serverId: string; action: string }
  /** What stays as it was asked for. */
  kept: string
}

/** Another sensitivity, data domain or longest time. */
export function ChangeScope({ scope, kept, ...proposing }: Change) {
  return (
    <Propose
      {...proposing}
      verb="Change"
      title={`Change ${scope.action}`}
      fields={{ kind: 'scope.set', serverId: scope.serverId, scopeId: scope.id }}
      said={`${scope.action} changed.`}
    >
      {(state) => (
        <>
          <Classifying state={state} scope={scope} />
          <p className="note">{kept}</p>
        </>
      )}
    </Propose>
  )
}

function Classifying({ state, scope }: { state: FormState; scope: Classified }) {
  return (
    <>
      <Select
        label="Sensitivity"
        name="sensitivity"
        defaultValue={scope.sensitivity}
        error={errorOf(state, 'sensitivity')}
      >
        {Object.entries(SENSITIVITY_WORDS).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </Select>
      <Input
        label="Data domain"
        name="dataDomain"
        required
        autoComplete="off"
        spellCheck={false}
        defaultValue={scope.dataDomain}
        hint="What kind of data it is, as policies name it."
        error={errorOf(state, 'dataDomain')}
      />
      <Input
        label="At most, in minutes"
        name="minutes"
        type="number"
        min={1}
        max={1440}
        required
        defaultValue={scope.maxSeconds / 60}
        error={errorOf(state, 'minutes')}
      />
    </>
  )
}
