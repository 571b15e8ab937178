'use client'

import { Combobox as Base } from '@base-ui/react/combobox'
import { type MouseEvent, useId } from 'react'
import type { Option } from './combobox-option'

// The box keeps focus: a press in the list must not take it away.
const keepFocus = (event: MouseEvent) => event.preventDefault()

/** Stands under its box with CSS alone: Base UI's positioner is half of its combobox, and nothing here needs it. */
export function ComboboxList({ label, open }: { label: string; open: boolean }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only keeps focus where it is
    <div className="float listbox" hidden={!open} onMouseDown={keepFocus}>
      {open ? (
        <Base.List aria-label={label}>
          {(option: Option) => <ComboboxOption key={option.value} {...option} />}
        </Base.List>
      ) : null}
      <Base.Empty className="listbox-empty">{open ? 'Nothing has this name.' : ''}</Base.Empty>
    </div>
  )
}

function ComboboxOption(option: Option) {
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
