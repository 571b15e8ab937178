'use client'

import { Propose, type Proposing } from '@/components/people/propose'
import { Checkbox } from '@/components/ui/checkbox'
import { FieldGroup } from '@/components/ui/field'
import { Input, Select } from '@/components/ui/input'
import { lastsOf } from '@/components/ui/time-words'
import { errorOf, type FormState } from '@/lib/web/form-state'

type Terms = {
  name: string
  goal: string
  goalCategory: string
  environment: string
  durationSeconds: number
  scopeIds: readonly string[]
}
export type TemplateForm = Proposing & {
  agent: { id: string; slug: string; environments: readonly string[] }
  scopes: readonly { id: string; action: string; label: string; maxSeconds: number }[]
}
type Of = { template: Terms & { id: string } }

const EMPTY: Terms = {
  ...{ name: '', goal: '', goalCategory: '', environment: '', durationSeconds: 30 * 60, scopeIds: [] },
}

/** One more thing that an agent is asked for again and again. */
export function AddTemplate({ agent, scopes, ...proposing }: TemplateForm) {
  return (
    <Propose
      {...proposing}
      verb="Add template"
      title={`Add a template of ${agent.slug}`}
      fields={{ kind: 'template.add', agentId: agent.id }}
      said="Template added."
    >
      {(state) => <Asking {...{ state, agent, scopes }} terms={EMPTY} />}
    </Propose>
  )
}

/** Another form of it. */
export function EditTemplate({
  template,
  agent,
  scopes,
  ...proposing
}: TemplateForm & Of & { kept: string }) {
  const { kept, ...how } = proposing
  return (
    <Propose
      {...how}
      verb="Change"
      title={`Change ${template.name}`}
      fields={{ kind: 'template.set', agentId: agent.id, templateId: template.id }}
      said={`${template.name} changed.`}
    >
      {(state) => (
        <>
          <Asking {...{ state, agent, scopes }} terms={template} />
          <p className="note">{kept}</p>
        </>
      )}
    </Propose>
  )
}

type Retire = Proposing & { agentId: string; template: { id: string; name: string }; kept: string }

/** Takes it out of what can be chosen. */
export function RetireTemplate({ agentId, template, kept, ...proposing }: Retire) {
  return (
    <Propose
      {...proposing}
      verb="Retire"
      title={`Retire ${template.name}`}
      variant="danger"
      fields={{ kind: 'template.retire', agentId, templateId: template.id }}
      said={`${template.name} retired.`}
    >
      <p>{kept}</p>
    </Propose>
  )
}

type AskingProps = Pick<TemplateForm, 'agent' | 'scopes'> & { state: FormState; terms: Terms }

function Asking({ state, agent, scopes, terms }: AskingProps) {
  return (
    <>
      <Input
        label="Name"
        name="name"
        required
        autoComplete="off"
        defaultValue={terms.name}
        error={errorOf(state, 'name')}
      />
      <Input
        label="Goal"
        name="goal"
        required
        autoComplete="off"
        defaultValue={terms.goal}
        hint="What the agent is to do. The requester may word it anew."
        error={errorOf(state, 'goal')}
      />
      <Input
        label="Goal category"
        name="goalCategory"
        required
        autoComplete="off"
        spellCheck={false}
        defaultValue={terms.goalCategory}
        hint="The kind of goal, as policies name it, as in support."
        error={errorOf(state, 'goalCategory')}
      />
      <Select
        label="Environment"
        name="environment"
        defaultValue={terms.environment || agent.environments[0]}
        error={errorOf(state, 'environment')}
      >
        {agent.environments.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <Input
        label="Duration, in minutes"
        name="minutes"
        type="number"
        min={1}
        max={1440}
        required
        defaultValue={terms.durationSeconds / 60}
        error={errorOf(state, 'minutes')}
      />
      <FieldGroup label="Scopes" error={errorOf(state, 'scopeIds')}>
        {scopes.map(({ id, action, label, maxSeconds }) => (
          <Checkbox key={id} name="scopeIds[]" value={id} defaultChecked={terms.scopeIds.includes(id)}>
            {action} <span className="muted break">{label}</span>, {lastsOf(maxSeconds)} at most
          </Checkbox>
        ))}
      </FieldGroup>
    </>
  )
}
