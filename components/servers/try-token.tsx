'use client'

import { type FormEvent, startTransition } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Checkbox } from '@/components/ui/checkbox'
import { Code } from '@/components/ui/code'
import { Dialog, DialogFooter } from '@/components/ui/dialog'
import { FieldGroup } from '@/components/ui/field'
import { Input, Select } from '@/components/ui/input'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

export type TriedToken = { header: string; claims: string; scope: string; lasts: number }

type Props = {
  server: { id: string; name: string }
  scopes: readonly { id: string; action: string; label: string }[]
  agents: readonly { id: string; slug: string }[]
  environments: readonly string[]
  action: FormAction<TriedToken>
}

/** Shows what a token for this server would say. None is issued. */
export function TryToken(props: Props) {
  return (
    <Dialog verb="Try it" title={`Try a token for ${props.server.name}`} small>
      <Form {...props} />
    </Dialog>
  )
}

function Form({ server, scopes, agents, environments, action }: Props) {
  const { state, pending, send } = useAct(action)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (!pending) startTransition(() => send(form))
  }
  return (
    <form onSubmit={submit} className="stack">
      <input type="hidden" name="serverId" value={server.id} />
      <p>See the claims a token would have. Nothing is issued, and policy is not asked.</p>
      <Select label="Agent" name="agentId" error={errorOf(state, 'agentId')}>
        {agents.map(({ id, slug }) => (
          <option key={id} value={id}>
            {slug}
          </option>
        ))}
      </Select>
      <Select label="Environment" name="environment" error={errorOf(state, 'environment')}>
        {environments.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <FieldGroup label="Scopes" error={errorOf(state, 'scopeIds')}>
        {scopes.map(({ id, action: name, label }, at) => (
          <Checkbox key={id} name="scopeIds[]" value={id} defaultChecked={at === 0}>
            {name} <span className="muted break">{label}</span>
          </Checkbox>
        ))}
      </FieldGroup>
      <Input
        label="Duration of the grant, in minutes"
        name="minutes"
        type="number"
        min={1}
        max={1440}
        defaultValue={30}
        error={errorOf(state, 'minutes')}
      />
      <Refusal state={state} />
      {state.kind === 'done' ? <Answer {...state.value} /> : null}
      <DialogFooter>
        <Button type="submit" pending={pending ? 'Making an example' : undefined}>
          Try it
        </Button>
      </DialogFooter>
    </form>
  )
}

function Answer({ header, claims, scope, lasts }: TriedToken) {
  return (
    <>
      <Callout tone="neutral" title="An example, not a token." role="status">
        It allows {scope} for {lasts} seconds. It has no signature, and words in parentheses where a token has
        its own id, human, key, grant and status. Nobody accepts it.
      </Callout>
      <Code label="Example header">{header}</Code>
      <Code label="Example claims">{claims}</Code>
    </>
  )
}
