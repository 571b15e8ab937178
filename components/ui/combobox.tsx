'use client'

import { Combobox as Base } from '@base-ui/react/combobox'
import { useId } from 'react'
import { type ControlProps, Field, type FieldText } from './field'
import { Icon } from './icon'

export type Option = { value: string; label: string; description?: string | undefined }

type Props = FieldText & {
  /** The form field that carries the chosen value. */
  name: string
  options: readonly Option[]
  /** The value, not the label; '' for none. */
  defaultValue?: string | undefined
  value?: string | undefined
  onValueChange?: ((value: string) => void) | undefined
  placeholder?: string | undefined
  required?: boolean | undefined
  disabled?: boolean | undefined
}

const find = (options: readonly Option[], value: string | undefined) =>
  options.find((option) => option.value === value) ?? null

/** One of many: type to narrow, arrow keys to choose, Enter to take. Submits the value under `name`. */
export function Combobox({ label, labelHidden, hint, error, ...rest }: Props) {
  return (
    <Field label={label} labelHidden={labelHidden} hint={hint} error={error}>
      {(control) => <Control {...rest} control={control} />}
    </Field>
  )
}

type ControlledProps = Omit<Props, keyof FieldText> & { control: ControlProps }

function Control({ control, name, options, defaultValue, value, onValueChange, ...rest }: ControlledProps) {
  const chosen =
    value === undefined ? { defaultValue: find(options, defaultValue) } : { value: find(options, value) }
  return (
    <Base.Root<Option>
      items={options}
      name={name}
      {...chosen}
      isItemEqualToValue={(option, other) => option.value === other.value}
      onValueChange={(option) => onValueChange?.(option?.value ?? '')}
      autoHighlight
      disabled={rest.disabled ?? false}
      required={rest.required ?? false}
    >
      <div className="combo">
        <Base.Input {...control} className="input" placeholder={rest.placeholder} autoComplete="off" />
        <Icon name="down" />
      </div>
      <Base.Portal>
        <Base.Positioner className="listbox-place" sideOffset={4}>
          <Base.Popup className="float listbox">
            <Base.Empty className="listbox-empty">Nothing has this name.</Base.Empty>
            <Base.List>{(option: Option) => <Item key={option.value} {...option} />}</Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Item(option: Option) {
  const id = useId()
  return (
    <Base.Item
      value={option}
      className="listbox-item"
      aria-labelledby={id}
      aria-describedby={option.description ? `${id}-more` : undefined}
    >
      <span id={id}>{option.label}</span>
      {option.description ? (
        <span className="note" id={`${id}-more`}>
          {option.description}
        </span>
      ) : null}
    </Base.Item>
  )
}
