import { Combobox } from '@/components/ui/combobox'
import { Input, Select, Textarea } from '@/components/ui/input'
import { DurationField } from './duration-field'
import { type Draft, type FormChoices, toggled, withAgent, withTemplate } from './form-draft'
import { ScopePicker } from './scope-picker'
import { SubAgents } from './sub-agents'

type Props = {
  choices: FormChoices
  draft: Draft
  onChange: (draft: Draft) => void
  /** What is wrong with a field, by the name it is sent under. */
  errorOf: (field: string) => string | undefined
}

/** Everything a requester says. A template fills most of it; all of it stays theirs to change. */
export function RequestFields(props: Props) {
  const { choices, draft, onChange, errorOf } = props
  const set = (patch: Partial<Draft>) => onChange({ ...draft, ...patch })
  return (
    <>
      <TemplateAndAgent {...props} />
      <Input
        label="Goal"
        name="goal"
        autoComplete="off"
        value={draft.goal}
        onChange={(event) => set({ goal: event.target.value })}
        hint="What the agent is to do, in one line."
        error={errorOf('goal')}
      />
      <ScopePicker
        servers={choices.servers}
        chosen={draft.scopeIds}
        onToggle={(id) => set({ scopeIds: toggled(draft.scopeIds, id) })}
        error={errorOf('scopeIds')}
      />
      <DurationField
        minutes={draft.minutes}
        onChange={(minutes) => set({ minutes })}
        error={errorOf('durationMinutes')}
      />
      <SubAgents
        agents={choices.subAgents ?? choices.agents}
        draft={draft}
        onChange={onChange}
        error={errorOf('subAgentIds')}
      />
      <WhereAndWhy {...props} />
    </>
  )
}

function TemplateAndAgent({ choices: { templates, agents }, draft, onChange, errorOf }: Props) {
  const agent = agents.find(({ id }) => id === draft.agentId)
  const template = (id: string) => templates.find((one) => one.id === id)
  const agentOf = (id: string) => agents.find((one) => one.id === id)
  return (
    <div className="two">
      <Combobox
        label="Template"
        name="template"
        options={templates.map(({ id, name, says }) => ({ value: id, label: name, description: says }))}
        value={draft.templateId}
        onValueChange={(id) => onChange(withTemplate(draft, template(id)))}
        placeholder="None"
        error={errorOf('templateId')}
        hint="Fills the fields below. All of them stay yours to change."
      />
      <Combobox
        label="Agent"
        name="agent"
        options={agents.map(({ id, slug, purpose }) => ({ value: id, label: slug, description: purpose }))}
        value={draft.agentId}
        onValueChange={(id) => onChange(withAgent(draft, agentOf(id)))}
        placeholder="Choose an agent"
        hint={agent?.purpose}
        error={errorOf('agentId')}
      />
    </div>
  )
}

function WhereAndWhy({ choices, draft, onChange, errorOf }: Props) {
  const agent = choices.agents.find(({ id }) => id === draft.agentId)
  const set = (patch: Partial<Draft>) => onChange({ ...draft, ...patch })
  return (
    <>
      <div className="two">
        <Select
          label="Environment"
          name="environment"
          value={draft.environment}
          onChange={(event) => set({ environment: event.target.value })}
          hint="Where the task may run. Checked against the agent’s own identity."
          error={errorOf('environment')}
        >
          {agent ? null : <option value="">Choose an agent first</option>}
          {agent?.environments.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        <Input
          label="Ticket"
          name="ticket"
          autoComplete="off"
          value={draft.ticket}
          onChange={(event) => set({ ticket: event.target.value })}
          hint="Where the work is tracked, as in SUP-4711. May stay empty."
          error={errorOf('ticket')}
        />
      </div>
      <Textarea
        label="Justification"
        name="justification"
        value={draft.justification}
        onChange={(event) => set({ justification: event.target.value })}
        hint="Why this task needs this access, in a sentence an approver can check."
        error={errorOf('justification')}
      />
    </>
  )
}
