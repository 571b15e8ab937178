import { type ReactNode, useId } from 'react'
import { classNames } from './class-names'
import { Icon } from './icon'

export type FieldText = {
  label: ReactNode
  /** The label is there for assistive technology only; what is around the field says it to everyone else. */
  labelHidden?: boolean | undefined
  hint?: ReactNode
  error?: string | undefined
}

/** What a control needs so that its label, hint and error belong to it. */
export type ControlProps = {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
}

const described = (id: string, { hint, error }: FieldText) =>
  [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined

export function FieldError({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p className="error" id={id}>
      <Icon name="bad" />
      <span>{children}</span>
    </p>
  )
}

type Props = FieldText & { id?: string | undefined; children: (control: ControlProps) => ReactNode }

/** Label, control, hint, error. Input, Textarea, Select and Combobox bring their own. */
export function Field({ id, children, ...text }: Props) {
  const made = useId()
  const own = id ?? made
  const control = {
    id: own,
    'aria-describedby': described(own, text),
    'aria-invalid': text.error ? (true as const) : undefined,
  }
  return (
    <div className="field">
      <label htmlFor={own} className={text.labelHidden ? 'vh' : undefined}>
        {text.label}
      </label>
      {children(control)}
      {text.hint ? (
        <p className="hint" id={`${own}-hint`}>
          {text.hint}
        </p>
      ) : null}
      {text.error ? <FieldError id={`${own}-error`}>{text.error}</FieldError> : null}
    </div>
  )
}

type GroupProps = FieldText & { children: ReactNode; className?: string | undefined }

/** Several controls under one name: a group of checkboxes, a row of choices. */
export function FieldGroup({ children, className, ...text }: GroupProps) {
  const id = useId()
  return (
    <fieldset className={classNames('field', className)} aria-describedby={described(id, text)}>
      <legend className={text.labelHidden ? 'vh' : undefined}>{text.label}</legend>
      {children}
      {text.hint ? (
        <p className="hint" id={`${id}-hint`}>
          {text.hint}
        </p>
      ) : null}
      {text.error ? <FieldError id={`${id}-error`}>{text.error}</FieldError> : null}
    </fieldset>
  )
}
