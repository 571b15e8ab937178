'use client'

import { type Ref, startTransition, useId } from 'react'
import { Button } from '@/components/ui/button'
import type { FormAction } from '@/components/ui/use-act'
import { IDLE } from '@/lib/web/form-state'
import { INBOX_KEYS } from './use-inbox-keys'

type Props = {
  isOn: boolean
  choose: FormAction<unknown>
  onChosen: (isOn: boolean) => void
  dialog: Ref<HTMLDialogElement>
  onOpen: () => void
}

/** The keys of the inbox, said, and the switch that turns them off for this person. */
export function InboxHelp({ isOn, choose, onChosen, dialog, onOpen }: Props) {
  const id = useId()
  const turn = () => {
    const form = new FormData()
    form.set('keys', isOn ? 'off' : 'on')
    startTransition(async () => {
      const answer = await choose(IDLE, form)
      if (answer.kind === 'done') onChosen(!isOn)
    })
  }
  return (
    <>
      <Button variant="quiet" small aria-haspopup="dialog" onClick={onOpen}>
        Keyboard
      </Button>
      <dialog ref={dialog} aria-labelledby={id}>
        <h2 id={id}>Keyboard</h2>
        <form method="dialog" className="stack">
          <p>
            {isOn ? 'Single keys act on this page.' : 'Single keys are off.'} They never act while you type or
            while a dialog is open.
          </p>
          <dl className="keys">
            {INBOX_KEYS.map(({ key, says }) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{says}</dd>
              </div>
            ))}
          </dl>
          <footer>
            <Button onClick={turn}>{isOn ? 'Turn keys off' : 'Turn keys on'}</Button>
            <Button type="submit">Close</Button>
          </footer>
        </form>
      </dialog>
    </>
  )
}
