'use client'

import { Combobox as Base } from '@base-ui/react/combobox'
import { type FocusEvent, type KeyboardEvent, useRef, useState } from 'react'
import { ComboboxList } from './combobox-list'
import { isSame, matches, namedInFull, type Option } from './combobox-option'
import { Field, type FieldText } from './field'
import { Icon } from './icon'

type Props = Omit<FieldText, 'label'> & {
  label: string
  /** The form field that carries the chosen value. */
  name: string
  options: readonly Option[]
  /** The value, not the label; '' for none. */
  defaultValue?: string | undefined
  /** With `value` it is controlled. */
  value?: string | undefined
  onValueChange?: ((value: string) => void) | undefined
  placeholder?: string | undefined
  disabled?: boolean | undefined
}

type Details = Base.Root.ChangeEventDetails

// Escape closes the list; on a closed list it must neither clear what was chosen nor stop at this box.
function keptOnEscape(details: Details) {
  if (details.reason !== 'escape-key') return false
  details.allowPropagation()
  details.cancel()
  return true
}

function useChoice({ options, value, defaultValue = '', onValueChange }: Props) {
  const [own, setOwn] = useState(defaultValue)
  const chosen = value ?? own
  const choose = (next: string) => {
    if (next === chosen) return
    setOwn(next)
    onValueChange?.(next)
  }
  return {
    choose,
    root: {
      items: options,
      value: options.find((option) => option.value === chosen) ?? null,
      onValueChange: (option: Option | null, details: Details) =>
        keptOnEscape(details) || choose(option?.value ?? ''),
      onInputValueChange: (_: string, details: Details) => keptOnEscape(details),
      isItemEqualToValue: isSame,
      filter: matches,
      autoHighlight: true,
    },
  }
}

// Nothing fades here: the box shows what is chosen again as soon as the list is closed.
function useOpening() {
  const [open, setOpen] = useState(false)
  const actionsRef = useRef<Base.Root.Actions>(null)
  const onOpenChange = (next: boolean) => {
    setOpen(next)
    if (!next) actionsRef.current?.unmount()
  }
  return { open, onOpenChange, actionsRef }
}

/**
 * One of many: type to narrow, arrow keys to choose, Enter to take, Escape to leave. Submits the value under `name`.
 * ARIA Authoring Practices, combobox with list autocomplete and manual selection.
 */
export function Combobox(props: Props) {
  const { label, labelHidden, hint, error, name, options, placeholder, disabled = false } = props
  const { choose, root } = useChoice(props)
  const opening = useOpening()
  const leave = (event: FocusEvent<HTMLInputElement>) => {
    const named = namedInFull(options, event.target.value)
    if (named) choose(named.value)
    opening.onOpenChange(false)
  }
  // Enter belongs to the open list, even when nothing in it is marked; on a closed one it sends the form.
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && opening.open) event.preventDefault()
  }
  const input = { className: 'input', placeholder, onBlur: leave, onKeyDown: press }
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error}>
      {(control) => (
        <Base.Root<Option> {...root} {...opening} name={name} disabled={disabled}>
          <div className="combo">
            <Base.Input {...control} {...input} />
            <Icon name="down" />
            <ComboboxList label={label} open={opening.open} />
          </div>
        </Base.Root>
      )}
    </Field>
  )
}
