'use client'

import { startTransition } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Input, Select } from '@/components/ui/input'
import { toast } from '@/components/ui/toast'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

type Props = {
  options: readonly { value: string; label: string }[]
  today: string
  action: FormAction<unknown>
}

/** Names a deputy for some days, the last one included. */
export function NameDeputy({ options, today, action }: Props) {
  const { state, pending, send } = useAct(action, () => toast({ title: 'Deputy named.' }))
  const isOfField = state.kind === 'refused' && Object.keys(state.fields).length > 0
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        const form = new FormData(event.currentTarget)
        if (!pending) startTransition(() => send(form))
      }}
    >
      <div className="two">
        <Select label="Person" name="deputy" defaultValue="" error={errorOf(state, 'deputy')}>
          <option value="">Choose a person</option>
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </div>
      <div className="two">
        <Input
          label="From"
          name="from"
          type="date"
          defaultValue={today}
          hint="From midnight, UTC."
          error={errorOf(state, 'from')}
        />
        <Input
          label="Until"
          name="until"
          type="date"
          hint="This day included, UTC."
          error={errorOf(state, 'until')}
        />
      </div>
      {isOfField ? null : <Refusal state={state} />}
      <div>
        <Button type="submit" pending={pending ? 'Naming' : undefined}>
          Name deputy
        </Button>
      </div>
    </form>
  )
}
