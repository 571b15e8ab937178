'use client'

import { type MouseEvent, useEffect, useRef } from 'react'
import type { Option } from './combobox-state'

type Props = {
  id: string
  label: string
  options: readonly Option[]
  value: string
  active: number
  open: boolean
  onTake: (option: Option) => void
}

// The box keeps focus: a press in the list must not take it away.
const keepFocus = (event: MouseEvent) => event.preventDefault()

export function ComboboxList({ id, label, options, value, active, open, onTake }: Props) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (open) list.current?.children[active]?.scrollIntoView({ block: 'nearest' })
  }, [open, active])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps focus where it is
    <div className="float listbox" hidden={!open} onMouseDown={keepFocus}>
      <div id={id} ref={list} role="listbox" aria-label={label}>
        {open
          ? options.map((option, index) => (
              <ComboboxOption
                key={option.value}
                id={`${id}-${index}`}
                option={option}
                chosen={option.value === value}
                active={index === active}
                onTake={onTake}
              />
            ))
          : null}
      </div>
      <p className="listbox-empty" role="status">
        {open && options.length === 0 ? 'Nothing has this name.' : ''}
      </p>
    </div>
  )
}

type OptionProps = {
  id: string
  option: Option
  chosen: boolean
  active: boolean
  onTake: (option: Option) => void
}

function ComboboxOption({ id, option, chosen, active, onTake }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled in the box, which has the focus
    // biome-ignore lint/a11y/useFocusableInteractive: the box points to it with aria-activedescendant
    <div
      id={id}
      role="option"
      aria-selected={chosen}
      aria-labelledby={`${id}-label`}
      aria-describedby={option.description ? `${id}-more` : undefined}
      className="listbox-item"
      data-highlighted={active ? '' : undefined}
      data-selected={chosen ? '' : undefined}
      onClick={() => onTake(option)}
    >
      <span id={`${id}-label`}>{option.label}</span>
      {option.description ? (
        <span className="note" id={`${id}-more`}>
          {option.description}
        </span>
      ) : null}
    </div>
  )
}
