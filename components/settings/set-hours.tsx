'use client'

import { Checkbox } from '@/components/ui/checkbox'
import { FieldGroup } from '@/components/ui/field'
import { Input, Select } from '@/components/ui/input'
import { clockHour, DAYS } from '@/lib/domain/hours-words'
import type { WorkingHours } from '@/lib/domain/working-hours'
import { errorOf } from '@/lib/web/form-state'
import { Propose, type Proposing } from '../people/propose'

const FROM = Array.from({ length: 24 }, (_, hour) => hour)
const UNTIL = FROM.map((hour) => hour + 1)

/** Asks for other working hours. */
export function SetHours({ hours, ...proposing }: Proposing & { hours: WorkingHours }) {
  return (
    <Propose
      {...proposing}
      verb="Change hours"
      title="Change the working hours"
      fields={{ kind: 'hours.set' }}
      said="Working hours changed."
    >
      {(state) => (
        <>
          <Input
            label="Time zone"
            name="timeZone"
            defaultValue={hours.timeZone}
            hint="As in Europe/Zurich. Summer time is kept."
            autoComplete="off"
            spellCheck={false}
            error={errorOf(state, 'timeZone')}
          />
          <FieldGroup label="Days" error={errorOf(state, 'days')}>
            {DAYS.map((name, at) => (
              <Checkbox key={name} name="days[]" value={at + 1} defaultChecked={hours.days.includes(at + 1)}>
                {name}
              </Checkbox>
            ))}
          </FieldGroup>
          <Hour
            label="From"
            name="fromHour"
            hours={FROM}
            at={hours.fromHour}
            error={errorOf(state, 'fromHour')}
          />
          <Hour
            label="Until"
            name="untilHour"
            hours={UNTIL}
            at={hours.untilHour}
            error={errorOf(state, 'untilHour')}
          />
        </>
      )}
    </Propose>
  )
}

type HourProps = {
  label: string
  name: string
  hours: readonly number[]
  at: number
  error: string | undefined
}

function Hour({ label, name, hours, at, error }: HourProps) {
  return (
    <Select label={label} name={name} defaultValue={at} error={error}>
      {hours.map((hour) => (
        <option key={hour} value={hour}>
          {clockHour(hour)}
        </option>
      ))}
    </Select>
  )
}
