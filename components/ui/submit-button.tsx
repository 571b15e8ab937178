'use client'

import type { ComponentProps } from 'react'
import { useFormStatus } from 'react-dom'
import { Button } from './button'

type Props = Omit<ComponentProps<typeof Button>, 'pending' | 'type'> & {
  /** What the server is doing while the form is sent: "Signing", "Filing". */
  working: string
}

/** Sends the form it stands in and says so until the server has answered. */
export function SubmitButton({ working, ...rest }: Props) {
  const { pending } = useFormStatus()
  return <Button {...rest} type="submit" pending={pending ? working : undefined} />
}
