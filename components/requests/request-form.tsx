'use client'

import Link from 'next/link'
import { type FormEvent, type ReactNode, startTransition, useEffect, useRef, useState } from 'react'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Combobox } from '@/components/ui/combobox'
import { Input, Select, Textarea } from '@/components/ui/input'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'
import { DurationField } from './duration-field'
import {
  asksAnew,
  type Draft,
  type FormChoices,
  filledForm,
  toggled,
  withAgent,
  withTemplate,
} from './form-draft'
import { PolicyPreview, verdictTitle, verdictTone } from './policy-preview'
import type { PreviewAnswer } from './preview-answer'
import { ScopePicker } from './scope-picker'
import { type AskPreview, usePreview } from './use-preview'

type Props = {
  head: ReactNode
  choices: FormChoices
  initial: Draft
  firstPreview: PreviewAnswer | null
  submit: FormAction<unknown>
  preview: AskPreview
  /** An edit posts which version it changes. */
  more?: Readonly<Record<string, string | number>> | undefined
  cancelHref?: string | undefined
}

const PREVIEW = 'policy-preview'

/** A task request while it is written, and beside it what policy would say. */
export function RequestForm({
  head,
  choices,
  initial,
  firstPreview,
  submit,
  preview,
  more = {},
  cancelHref,
}: Props) {
  const [draft, setDraft] = useState(initial)
  const { shown, askAbout } = usePreview(preview, firstPreview)
  const { state, pending, send } = useAct(submit)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (state.kind === 'refused') form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [state])
  const change = (next: Draft) => {
    setDraft(next)
    if (asksAnew(draft, next)) askAbout(next)
  }
  const set = (patch: Partial<Draft>) => change({ ...draft, ...patch })
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!pending) startTransition(() => send(filledForm(draft, more)))
  }
  const error = (field: string) => errorOf(state, field)
  const agent = choices.agents.find(({ id }) => id === draft.agentId)
  return (
    <div className="page-new">
      <form ref={form} className="stack fields" onSubmit={onSubmit} noValidate>
        {head}
        <div className="two">
          <Combobox
            label="Template"
            name="template"
            options={choices.templates.map(({ id, name, says }) => ({
              value: id,
              label: name,
              description: says,
            }))}
            value={draft.templateId}
            onValueChange={(id) =>
              change(
                withTemplate(
                  draft,
                  choices.templates.find((one) => one.id === id),
                ),
              )
            }
            placeholder="None"
            error={error('templateId')}
            hint="Fills the fields below. All of them stay yours to change."
          />
          <Combobox
            label="Agent"
            name="agent"
            options={choices.agents.map(({ id, slug, purpose }) => ({
              value: id,
              label: slug,
              description: purpose,
            }))}
            value={draft.agentId}
            onValueChange={(id) =>
              change(
                withAgent(
                  draft,
                  choices.agents.find((one) => one.id === id),
                ),
              )
            }
            placeholder="Choose an agent"
            hint={agent?.purpose}
            error={error('agentId')}
          />
        </div>
        <Input
          label="Goal"
          name="goal"
          autoComplete="off"
          value={draft.goal}
          onChange={(event) => set({ goal: event.target.value })}
          hint="What the agent is to do, in one line."
          error={error('goal')}
        />
        <ScopePicker
          servers={choices.servers}
          chosen={draft.scopeIds}
          onToggle={(id) => set({ scopeIds: toggled(draft.scopeIds, id) })}
          error={error('scopeIds')}
        />
        <DurationField
          minutes={draft.minutes}
          onChange={(minutes) => set({ minutes })}
          error={error('durationMinutes')}
        />
        <div className="two">
          <Select
            label="Environment"
            name="environment"
            value={draft.environment}
            onChange={(event) => set({ environment: event.target.value })}
            hint="Where the task may run. Checked against the agent’s own identity."
            error={error('environment')}
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
            error={error('ticket')}
          />
        </div>
        <Textarea
          label="Justification"
          name="justification"
          value={draft.justification}
          onChange={(event) => set({ justification: event.target.value })}
          hint="Why this task needs this access, in a sentence an approver can check."
          error={error('justification')}
        />
        {state.kind === 'refused' ? (
          <Callout tone="bad" title={state.says} role="alert">
            What you wrote is kept.
          </Callout>
        ) : null}
        <div className="row go">
          {shown.kind === 'answered' ? (
            <a className="sum" href={`#${PREVIEW}`}>
              <Badge tone={verdictTone(shown.answer)} plain>
                {verdictTitle(shown.answer)}
              </Badge>
            </a>
          ) : null}
          <Button type="submit" variant="primary" pending={pending ? 'Filing' : undefined}>
            Submit request
          </Button>
          {cancelHref ? (
            <Link className="btn quiet" href={cancelHref}>
              Cancel
            </Link>
          ) : null}
        </div>
      </form>
      <div className="preview">
        <PolicyPreview
          id={PREVIEW}
          shown={shown}
          onLeaveOut={(id) => set({ scopeIds: draft.scopeIds.filter((one) => one !== id) })}
        />
      </div>
    </div>
  )
}
