import { useState } from 'react'
import { Choices } from '@/components/ui/choices'
import { Input } from '@/components/ui/input'

const CHOICES = [
  { value: '15', label: '15 min' },
  { value: '30', label: '30 min' },
  { value: '45', label: '45 min' },
  { value: '120', label: '2 h' },
] as const
const OTHER = { value: 'other', label: 'Other' } as const

const isListed = (minutes: string) => CHOICES.some(({ value }) => value === minutes)

type Props = { minutes: string; onChange: (minutes: string) => void; error: string | undefined }

/** A few usual durations, or any number of minutes. */
export function DurationField({ minutes, onChange, error }: Props) {
  const [wantsOther, setWantsOther] = useState(false)
  const isOther = wantsOther || !isListed(minutes)
  const choose = (value: string) => {
    setWantsOther(value === OTHER.value)
    if (value !== OTHER.value) onChange(value)
  }
  return (
    <>
      <Choices
        label="Duration"
        name="duration"
        choices={[...CHOICES, OTHER]}
        value={isOther ? OTHER.value : minutes}
        onValueChange={choose}
        hint="Counts from the last countersignature. Nothing works a second longer."
        error={isOther ? undefined : error}
      />
      {isOther ? (
        <Input
          label="Minutes"
          className="minutes"
          inputMode="numeric"
          autoComplete="off"
          value={minutes}
          onChange={(event) => onChange(event.target.value)}
          error={error}
        />
      ) : null}
    </>
  )
}
