'use client'

import { type FormEvent, useState } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'
import { Textarea } from '@/components/ui/input'
import { shortDigest } from '@/components/ui/short-digest'
import { toast } from '@/components/ui/toast'
import type { FormAction } from '@/components/ui/use-act'
import { counted } from '@/lib/domain/counted'
import type { LaidRow } from './laid-rows'
import { meanwhileWords } from './meanwhile-words'
import type { Signed } from './sign-dialog'
import { type PreparedMany, type Step, useBulk } from './use-bulk'

export type BulkActions = {
  prepareMany: FormAction<PreparedMany>
  approveOne: FormAction<Signed>
  denyOne: FormAction<Signed>
}

type Props = {
  verdict: 'approve' | 'deny'
  selected: readonly LaidRow[]
  actions: BulkActions
  now: number
  onSigned: () => void
}

const WORDS = {
  approve: { verb: 'Approve selected', title: 'Approve', past: 'approved', variant: 'primary' },
  deny: { verb: 'Deny selected', title: 'Deny', past: 'denied', variant: 'danger' },
} as const

/** One answer for several requests. Each is signed by its own digest, and says for itself how it went. */
export function BulkSign(props: Props) {
  const { verdict, selected, actions } = props
  const { verb, title, variant } = WORDS[verdict]
  // What was selected when the dialog opened: rows that leave the list meanwhile stay in it and say what became of them.
  const [about, setAbout] = useState<readonly LaidRow[]>([])
  const sign = verdict === 'approve' ? actions.approveOne : actions.denyOne
  const bulk = useBulk({ verdict, prepare: actions.prepareMany, sign })
  const open = () => {
    setAbout(selected)
    void bulk.open(selected.map(({ row }) => row.id))
  }
  return (
    <Dialog
      verb={verb}
      title={`${title} ${counted(about.length, 'request')}`}
      variant={variant === 'danger' ? variant : undefined}
      small
      disabled={selected.length === 0}
      onOpen={open}
    >
      <BulkForm
        {...props}
        about={about.map((one) => selected.find(({ row }) => row.id === one.row.id) ?? one)}
        bulk={bulk}
      />
    </Dialog>
  )
}

type FormProps = Props & { about: readonly LaidRow[]; bulk: ReturnType<typeof useBulk> }

function BulkForm({ verdict, about, bulk, now, onSigned }: FormProps) {
  const { title, past, variant } = WORDS[verdict]
  const close = useCloseDialog()
  const [isMissing, setMissing] = useState(false)
  const { asked, steps, isBusy } = bulk
  const ready = steps.filter(({ state, digest }) => state === 'shown' && digest !== null).length
  const isOver = !isBusy && steps.some(({ state }) => state === 'done')
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const reason = String(new FormData(form).get('reason') ?? '').trim()
    setMissing(verdict === 'deny' && reason === '')
    if (verdict === 'deny' && reason === '') return form.querySelector('textarea')?.focus()
    const signed = await bulk.signAll(reason)
    onSigned()
    if (signed !== ready || signed < about.length) return
    close()
    form.reset()
    toast({ tone: verdict === 'deny' ? 'neutral' : 'good', title: `${counted(signed, 'request')} ${past}.` })
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p>
        {counted(ready, 'digest')}, one for each request. Each is signed by itself: where somebody else was
        first, that one says so and the others go on.
      </p>
      <Steps steps={steps} about={about} now={now} past={past} />
      {verdict === 'deny' ? (
        <Textarea
          label="Reason"
          name="reason"
          hint="One or two sentences. Every requester reads them."
          error={isMissing ? 'Say why in a sentence. The requesters read it.' : undefined}
        />
      ) : null}
      <Refusal state={asked} />
      {isOver ? (
        <Callout tone="wait" title="Not all went through. The others were signed." role="alert" />
      ) : null}
      {isOver ? (
        <footer>
          <Button onClick={close}>Close</Button>
        </footer>
      ) : (
        <DialogFooter>
          <Button
            type="submit"
            variant={variant}
            disabled={ready === 0 && !isBusy}
            pending={isBusy ? 'Signing' : undefined}
          >
            {title}
          </Button>
        </DialogFooter>
      )}
    </form>
  )
}

type StepsProps = { steps: readonly Step[]; about: readonly LaidRow[]; now: number; past: string }

/** Every request with its digest, then with how it went: somebody who was first is named. */
function Steps({ steps, about, now, past }: StepsProps) {
  return (
    <ul className="given steps">
      {steps.map(({ id, digest, state, says }) => {
        const laid = about.find(({ row }) => row.id === id)
        const gone = laid?.gone && !laid.gone.isMe ? meanwhileWords(laid.gone, now) : says
        return (
          <li key={id}>
            <code>{id}</code> {laid?.row.agent}{' '}
            {digest && state !== 'refused' ? (
              <code className="muted" title={digest}>
                {shortDigest(digest)}
              </code>
            ) : null}{' '}
            {state === 'signing' ? (
              'Signing'
            ) : state === 'done' ? (
              <b>{past}</b>
            ) : state === 'refused' ? (
              <b>{gone}</b>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}
