'use client'

import { useState } from 'react'
import { ComboboxInput } from './combobox-input'
import type { Option } from './combobox-state'
import { Field, type FieldText } from './field'

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

/**
 * One of many: type to narrow, arrow keys to choose, Enter to take, Escape to leave. Submits the value under `name`.
 * ARIA Authoring Practices, combobox with list autocomplete and manual selection.
 */
export function Combobox({ label, labelHidden, hint, error, value, defaultValue = '', ...rest }: Props) {
  const [own, setOwn] = useState(defaultValue)
  const chosen = value ?? own
  const choose = (next: string) => {
    if (next === chosen) return
    setOwn(next)
    rest.onValueChange?.(next)
  }
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error}>
      {(control) => (
        <>
          <ComboboxInput {...rest} label={label} control={control} value={chosen} onChoose={choose} />
          <input type="hidden" name={rest.name} value={chosen} disabled={rest.disabled} />
        </>
      )}
    </Field>
  )
}
