'use client'

import { startTransition } from 'react'
import { Refusal } from '@/components/ui/act-dialog'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { useHydrated } from '@/components/ui/use-hydrated'
import { exchangeSnippet } from './exchange-snippet'

export type IssuedMandate = { mandate: string; expires: Date }

type Props = {
  grantId: string
  action: FormAction<IssuedMandate>
  issuer: string
  resource: string
  /** What the word means, at its first use on the page. */
  meaning: string
}

/** Issues the mandate and shows it once. Another one can be issued any time while the grant is live. */
export function IssueMandate({ grantId, action, issuer, resource, meaning }: Props) {
  const { state, pending, send } = useAct(action)
  const hydrated = useHydrated()
  const issue = () => {
    const form = new FormData()
    form.set('grantId', grantId)
    startTransition(() => send(form))
  }
  const issued = state.kind === 'done' ? state.value : null
  return (
    <div className="stack no-print">
      <p className="muted">{meaning}</p>
      <Refusal state={state} />
      {issued ? <Handed {...issued} issuer={issuer} resource={resource} /> : null}
      <p>
        <Button
          variant={issued ? 'plain' : 'primary'}
          disabled={!hydrated}
          data-joining={hydrated ? undefined : ''}
          onClick={issue}
          pending={pending ? 'Issuing' : undefined}
        >
          Issue mandate
        </Button>
      </p>
    </div>
  )
}

function Handed({ mandate, issuer, resource }: IssuedMandate & { issuer: string; resource: string }) {
  return (
    <div className="sheet stack">
      <p>
        <b>Shown once.</b> It may be pasted or mailed without harm: it works only with this agent’s own key
        and identity.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls */}
      <div className="mandate" role="group" aria-label="Mandate" tabIndex={0}>
        {mandate}
      </div>
      <p className="row">
        <CopyButton text={mandate} label="Copy mandate" />
        <CopyButton text={`npm run demo:agent -- --mandate ${mandate}`} label="Copy demo command" />
      </p>
      <p className="note">Run the demo agent with it, in this folder:</p>
      <pre className="whitespace-pre-wrap">npm run demo:agent -- --mandate {shortened(mandate)}</pre>
      <details>
        <summary>For the author of an agent: trade it for a token</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls */}
        <pre tabIndex={0} role="group" aria-label="Token exchange">
          {exchangeSnippet(issuer, resource)}
        </pre>
      </details>
    </div>
  )
}

const shortened = (jwt: string) => `${jwt.slice(0, 12)}…${jwt.slice(-8)}`
