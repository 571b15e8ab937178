'use client'

import { type FormEvent, type ReactNode, startTransition, useEffect, useRef, useState } from 'react'
import { PromptProblem } from '@/components/passkeys/prompt-problem'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Choices } from '@/components/ui/choices'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'
import { Textarea } from '@/components/ui/input'
import { Signature, Signatures } from '@/components/ui/signature'
import { Skeleton } from '@/components/ui/skeleton'
import { toast } from '@/components/ui/toast'
import { askBefore, type FormAction } from '@/components/ui/use-act'
import { errorOf, type FormState, IDLE } from '@/lib/web/form-state'
import { LittleRoom } from './little-room'
import { type Prepared, useSigning } from './use-signing'

export type Signed = { id: string; state?: string; left?: number }

type Signing = {
  requestId: string
  signer: string
  /** Whose places they may take. */
  signers: readonly { id: string; name: string }[]
  sign: FormAction<Signed>
  /** A small button among others. Its dialog is ready to be confirmed once the digest is there. */
  inRow?: boolean
  /** What the agent gets, or that it gets nothing, and what is filled in. A function gets the server's last answer. */
  children: ReactNode | ((state: FormState<Signed>) => ReactNode)
}

type Props = Signing & { verdict: 'approve' | 'deny'; prepare: FormAction<Prepared> }

const LINE = 'This line becomes the digest you sign:'
const VERBS = {
  approve: { verb: 'Approve', variant: 'primary', role: 'Countersigned by', line: LINE },
  changes: { verb: 'Approve with changes', variant: 'primary', role: 'Countersigned by', line: LINE },
  deny: {
    verb: 'Deny',
    variant: 'danger',
    role: 'Denied by',
    line: 'You sign the no as well. Its digest:',
  },
} as const

const BY_PASSKEY = 'Your passkey signs this digest. The browser asks for your fingerprint, face or PIN.'
const BY_SIGN_IN = 'You sign with your sign-in. With a passkey of yours, anybody could check it later.'

/** Approve or deny: what the dialog shows is what is signed. */
export function SignDialog(props: Props) {
  const { verdict, requestId, prepare, signers, inRow } = props
  const { verb, variant } = VERBS[verdict]
  const look = inRow ? { small: true, variant: variant === 'primary' ? undefined : variant } : { variant }
  const [prepared, setPrepared] = useState<FormState<Prepared>>(IDLE)
  const [deputyFor, setDeputyFor] = useState('')
  const open = async (place = signers[0]?.id ?? '') => {
    setPrepared(IDLE)
    setDeputyFor(place)
    const form = new FormData()
    form.set('requestId', requestId)
    form.set('verdict', verdict)
    form.set('deputyFor', place)
    startTransition(async () => {
      const answer = await askBefore(prepare, form)
      setPrepared(answer)
    })
  }
  return (
    <Dialog verb={verb} title={`${verb} ${requestId}`} {...look} onOpen={() => open()}>
      <SignForm {...props} as={verdict} prepared={prepared} deputyFor={deputyFor} onPlace={open} />
    </Dialog>
  )
}

const NOT_YET = {
  approve: 'Making the digest',
  changes: 'The digest is made from what you leave.',
  deny: 'Making the digest',
} as const

function said({ id, state, left = 0 }: Signed): { title: string; text?: string } {
  if (state === undefined) return { title: `${id} denied.`, text: 'The requester reads your reason.' }
  if (state === 'granted') return { title: `${id} approved.`, text: 'It is live. Its time runs from now.' }
  if (state === 'refused')
    return { title: `${id} signed.`, text: 'Policy refuses it today, so nothing was granted.' }
  return { title: `${id} approved.`, text: left === 1 ? '1 stage is left.' : `${left} stages are left.` }
}

const nameOf = (signer: string, signers: Props['signers'], deputyFor: string) => {
  const represented = signers.find(({ id }) => id !== '' && id === deputyFor)
  return represented ? `${signer} for ${represented.name}` : signer
}

type SignAsProps = { signers: Props['signers']; chosen: string; onChoose: (id: string) => void }

/** Whose place the signature takes. It is signed with it, so another choice makes another digest. */
function SignAs({ signers, chosen, onChoose }: SignAsProps) {
  const [only] = signers
  if (signers.length < 2 && (only?.id ?? '') === '') return null
  return (
    <Choices
      label="Sign as"
      name="signAs"
      choices={signers.map(({ id, name }) => ({ value: id, label: id === '' ? 'Yourself' : `For ${name}` }))}
      value={chosen}
      onValueChange={onChoose}
      hint="One person fills one place of a stage: whoever signs for another does not sign it for themselves."
    />
  )
}

type FormProps = Signing & {
  as: keyof typeof VERBS
  prepared: FormState<Prepared>
  deputyFor: string
  onPlace: (place: string) => void
}

/** The line that is signed, with the digest the server keeps, and the button that signs it. */
export function SignForm(props: FormProps) {
  const { as, requestId, signer, sign, signers, inRow, children, prepared, deputyFor, onPlace } = props
  const { verb, variant, role, line } = VERBS[as]
  const close = useCloseDialog()
  const { shown, state, busy, problem, start } = useSigning(prepared, sign, (value, note) => {
    close()
    toast({ tone: as === 'deny' ? 'neutral' : 'good', ...said(value), note })
  })
  // What was shown can never be signed any more: the page behind it is asked for again when this closes.
  const isOver = state.kind === 'refused' && state.code === 'changed_meanwhile'
  const isOfField = state.kind === 'refused' && Object.keys(state.fields).length > 0
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (isOfField) form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [isOfField])
  useEffect(() => {
    if (inRow && shown) form.current?.querySelector<HTMLElement>('textarea, [type="submit"]')?.focus()
  }, [inRow, shown])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!shown) return
    const sent = new FormData(event.currentTarget)
    sent.set('requestId', requestId)
    sent.set('deputyFor', deputyFor)
    start({ form: sent, shown, verb }, sent.get('reason') !== '')
  }
  return (
    <form ref={form} onSubmit={submit} className="stack" noValidate>
      {typeof children === 'function' ? children(state) : children}
      <SignAs signers={signers} chosen={deputyFor} onChoose={onPlace} />
      {shown ? <LittleRoom shown={shown} isForAnother={deputyFor !== ''} /> : null}
      {as === 'deny' ? (
        <Textarea
          label="Reason"
          name="reason"
          hint="One or two sentences. The requester reads them."
          error={errorOf(state, 'reason')}
        />
      ) : null}
      <Signatures>
        <Signature
          state="yours"
          role={role}
          name={nameOf(signer, signers, deputyFor)}
          note={shown ? `${shown.stage.groupName}. ${line}` : NOT_YET[as]}
        />
      </Signatures>
      <p className="digest">{shown ? shown.digest : <Skeleton width={440} />}</p>
      {shown ? <p className="note">{shown.passkey ? BY_PASSKEY : BY_SIGN_IN}</p> : null}
      <PromptProblem problem={problem} />
      <Refusal state={prepared} />
      {isOfField ? null : <Refusal state={state} />}
      <DialogFooter>
        {isOver ? (
          <Button onClick={close}>Read it again</Button>
        ) : (
          <Button type="submit" variant={variant} disabled={!shown} pending={busy}>
            {verb}
          </Button>
        )}
      </DialogFooter>
    </form>
  )
}
