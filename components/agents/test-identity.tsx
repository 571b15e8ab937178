'use client'

import { type FormEvent, startTransition, useState } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Dialog, DialogFooter } from '@/components/ui/dialog'
import { Textarea } from '@/components/ui/input'
import { Cell, Table } from '@/components/ui/table'
import { type Segment, UntrustedWords } from '@/components/ui/untrusted'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { errorOf } from '@/lib/web/form-state'

export type Tested = {
  accepted: boolean
  says: string
  parts: readonly { name: readonly Segment[]; value: readonly Segment[] }[]
}

type Props = { agentId: string; slug: string; action: FormAction<Tested> }

/** Shows what a token would prove: what is seen in it, accepted or not, and why. */
export function TestIdentity(props: Props) {
  // A form of its own each time: a token that was pasted is not there when it is opened again.
  const [times, setTimes] = useState(0)
  return (
    <Dialog
      verb="Test an identity"
      title={`Test an identity of ${props.slug}`}
      small
      onClosed={() => setTimes((before) => before + 1)}
    >
      <Form key={times} {...props} />
    </Dialog>
  )
}

function Form({ agentId, action }: Props) {
  const { state, pending, send } = useAct(action)
  const [isOther, setIsOther] = useState(false)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    if (pending) return
    setIsOther(false)
    startTransition(() => send(form))
  }
  return (
    <form onSubmit={submit} onInput={() => setIsOther(true)} className="stack">
      <input type="hidden" name="agentId" value={agentId} />
      <p>Paste a token of its workload. It is looked at and not kept, and nothing is issued.</p>
      <Textarea
        label="Token"
        name="token"
        required
        rows={4}
        autoComplete="off"
        spellCheck={false}
        error={errorOf(state, 'token')}
      />
      <Refusal state={state} />
      {state.kind === 'done' && !pending && !isOther ? <Answer {...state.value} /> : null}
      <DialogFooter>
        <Button type="submit" pending={pending ? 'Testing' : undefined}>
          Test
        </Button>
      </DialogFooter>
    </form>
  )
}

function Answer({ accepted, says, parts }: Tested) {
  return (
    <>
      <Callout
        tone={accepted ? 'good' : 'bad'}
        title={accepted ? 'Accepted.' : 'Not accepted.'}
        role="status"
      >
        {says}
      </Callout>
      {parts.length > 0 ? (
        <Table caption="What stands in the token" columns={[{ label: 'Member' }, { label: 'Value' }]}>
          {parts.map(({ name, value }) => (
            <tr key={JSON.stringify(name)}>
              <Cell label="Member">
                <UntrustedWords segments={name} />
              </Cell>
              <Cell label="Value">
                <UntrustedWords segments={value} />
              </Cell>
            </tr>
          ))}
        </Table>
      ) : null}
    </>
  )
}
