import type { ComponentProps } from 'react'
import { classNames } from './class-names'
import { Field, type FieldText } from './field'

type Props<T extends 'input' | 'textarea' | 'select'> = Omit<ComponentProps<T>, 'aria-invalid'> & FieldText

const split = <P extends FieldText>({ label, labelHidden, hint, error, ...rest }: P) => ({
  text: { label, labelHidden, hint, error },
  rest,
})

/** One line of text, with its label. */
export function Input(props: Props<'input'>) {
  const { text, rest } = split(props)
  return (
    <Field {...text} id={rest.id}>
      {(control) => <input {...rest} {...control} className={classNames('input', rest.className)} />}
    </Field>
  )
}

/** Several lines of text, with their label. */
export function Textarea(props: Props<'textarea'>) {
  const { text, rest } = split(props)
  return (
    <Field {...text} id={rest.id}>
      {(control) => (
        <textarea rows={3} {...rest} {...control} className={classNames('input', rest.className)} />
      )}
    </Field>
  )
}

/** The browser's own select: options are children. */
export function Select(props: Props<'select'>) {
  const { text, rest } = split(props)
  return (
    <Field {...text} id={rest.id}>
      {(control) => <select {...rest} {...control} className={classNames('input', rest.className)} />}
    </Field>
  )
}
