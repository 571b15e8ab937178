'use client'

import { useState } from 'react'
import { Button } from './button'
import { Icon } from './icon'

type Props = {
  text: string
  /** The button's name. With `icon` it is not drawn. */
  label: string
  icon?: boolean
}

/** Copies, then says so in place for as long as the pointer or focus stays. */
export function CopyButton({ text, label, icon }: Props) {
  const [said, setSaid] = useState('')
  const copy = async () => {
    const copied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    )
    setSaid(copied ? 'Copied' : 'Not copied. Select the text.')
  }
  const clear = () => setSaid('')
  return (
    <>
      <Button
        small
        variant={icon ? 'quiet' : 'plain'}
        onClick={copy}
        onBlur={clear}
        onPointerLeave={clear}
        {...(icon ? { 'aria-label': label, title: label } : {})}
      >
        {icon && !said ? <Icon name="copy" /> : said || label}
      </Button>
      <span className="vh" role="status">
        {said}
      </span>
    </>
  )
}
