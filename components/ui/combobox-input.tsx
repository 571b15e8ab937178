'use client'

import { type ChangeEvent, type KeyboardEvent, useState } from 'react'
import { ComboboxList } from './combobox-list'
import { CLOSED, matching, moved, namedInFull, type Option, opened, typing } from './combobox-state'
import type { ControlProps } from './field'
import { Icon } from './icon'

type Props = {
  label: string
  control: ControlProps
  options: readonly Option[]
  value: string
  onChoose: (value: string) => void
  placeholder?: string | undefined
  disabled?: boolean | undefined
}

export function ComboboxInput({ label, control, options, value, onChoose, placeholder, disabled }: Props) {
  const [state, setState] = useState(CLOSED)
  const found = matching(options, state.typed)
  const chosen = options.find((option) => option.value === value)
  const listId = `${control.id}-list`
  const open = () => setState((now) => (now.open ? now : opened(options, value)))
  const take = (option: Option | undefined) => {
    if (option) onChoose(option.value)
    setState(CLOSED)
  }
  const type = (event: ChangeEvent<HTMLInputElement>) => {
    const typed = event.target.value
    if (!typed) onChoose('')
    setState(typing(typed, matching(options, typed).length))
  }
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : null
    if (step) setState((now) => (now.open ? moved(now, step, found.length) : opened(options, value)))
    else if (event.key === 'Enter' && state.open) take(found[state.active])
    else if (event.key === 'Escape' && state.open) setState(CLOSED)
    else return
    event.preventDefault()
  }
  return (
    <div className="combo">
      <input
        {...control}
        className="input"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={state.open}
        aria-controls={listId}
        aria-activedescendant={state.open && state.active >= 0 ? `${listId}-${state.active}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={placeholder}
        disabled={disabled}
        value={state.typed ?? chosen?.label ?? ''}
        onChange={type}
        onKeyDown={press}
        onClick={open}
        onBlur={() => take(namedInFull(options, state.typed))}
      />
      <Icon name="down" />
      <ComboboxList
        id={listId}
        label={label}
        options={found}
        value={value}
        active={state.active}
        open={state.open}
        onTake={take}
      />
    </div>
  )
}
