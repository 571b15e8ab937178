import { FieldGroup, type FieldText } from './field'

export type Choice = { value: string; label: string }

type Props = FieldText & {
  name: string
  choices: readonly Choice[]
  defaultValue?: string | undefined
  value?: string | undefined
  onValueChange?: ((value: string) => void) | undefined
}

const checked = (choice: Choice, { value, defaultValue }: Props) =>
  value === undefined
    ? { defaultChecked: choice.value === defaultValue }
    : { checked: choice.value === value }

/** A few exclusive values in one bar. With `value` it is controlled, else the browser keeps it. */
export function Choices(props: Props) {
  const { name, choices, onValueChange, label, labelHidden, hint, error } = props
  return (
    <FieldGroup label={label} labelHidden={labelHidden} hint={hint} error={error}>
      <div className="choices">
        {choices.map((choice) => (
          <label className="choice" key={choice.value}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              {...checked(choice, props)}
              {...(onValueChange ? { onChange: () => onValueChange(choice.value) } : {})}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </FieldGroup>
  )
}
