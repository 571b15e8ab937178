'use client'

import { type FormEvent, type ReactNode, startTransition, useEffect, useRef, useState } from 'react'
import { BreakGlass, type BreakGlassActions } from '@/components/break-glass/break-glass'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Callout } from '@/components/ui/callout'
import { Link } from '@/components/ui/link'
import { type FormAction, useAct } from '@/components/ui/use-act'
import { useHydrated } from '@/components/ui/use-hydrated'
import { errorOf } from '@/lib/web/form-state'
import { asksAnew, type Draft, type FormChoices, filledForm } from './form-draft'
import { PolicyPreview, verdictTitle, verdictTone } from './policy-preview'
import type { PreviewAnswer } from './preview-answer'
import { RequestFields } from './request-fields'
import { type AskPreview, type Previewed, usePreview } from './use-preview'

type More = Readonly<Record<string, string | number>>

type Props = {
  head: ReactNode
  choices: FormChoices
  initial: Draft
  firstPreview: PreviewAnswer | null
  submit: FormAction<unknown>
  preview: AskPreview
  /** An edit posts what it was read over, a new request which page it was written on. */
  more?: More | undefined
  /** Which version of a request the fields were filled from. */
  version?: number | undefined
  cancelHref?: string | undefined
  /** For who may break glass. */
  breakGlass?: BreakGlassActions | undefined
}

const PREVIEW = 'policy-preview'

/** A task request while it is written, and beside it what policy would say. */
export function RequestForm({
  head,
  choices,
  initial,
  firstPreview,
  preview,
  cancelHref,
  breakGlass,
  ...sending
}: Props) {
  const [draft, setDraft] = useState(initial)
  const { shown, askAbout } = usePreview(preview, firstPreview)
  const change = (next: Draft) => {
    setDraft(next)
    if (asksAnew(draft, next)) askAbout(next)
  }
  const leaveOut = (id: string) => change({ ...draft, scopeIds: draft.scopeIds.filter((one) => one !== id) })
  const { form, state, pending, onSubmit } = useSubmit(draft, sending)
  const isReady = useHydrated()
  return (
    <div className="page-new">
      <div className="stack">
        <form ref={form} onSubmit={onSubmit} noValidate>
          {/* What is typed before the page's script runs would be lost: nothing can be typed until then. */}
          <fieldset className={isReady ? 'stack fields' : 'stack fields joining'} disabled={!isReady}>
            {head}
            <RequestFields
              choices={choices}
              draft={draft}
              onChange={change}
              errorOf={(field) => errorOf(state, field)}
            />
            {state.kind === 'refused' ? (
              <Callout tone="bad" title={state.says} role="alert">
                What you wrote is kept.
              </Callout>
            ) : null}
            <div className="row go">
              <VerdictInShort shown={shown} />
              <Button type="submit" variant="primary" pending={pending ? 'Filing' : undefined}>
                Submit request
              </Button>
              {cancelHref ? (
                <Link className="btn quiet" href={cancelHref}>
                  Cancel
                </Link>
              ) : null}
            </div>
          </fieldset>
        </form>
        {breakGlass ? <BreakGlass actions={breakGlass} filled={() => filledForm(draft, {})} /> : null}
      </div>
      <div className="preview">
        <PolicyPreview id={PREVIEW} shown={shown} onLeaveOut={leaveOut} />
      </div>
    </div>
  )
}

/**
 * The page is asked for again while the fields are filled, and they stay. What is sent with them stays too, so that the
 * same form sent again is known, and another version is not written over unseen. Signatures on the same one may come.
 */
function useBasis(more: More = {}, version?: number): More {
  const [first] = useState({ more, version })
  return version !== undefined && version === first.version ? more : first.more
}

/** Sends the draft; an answer that is not a yes leaves it as it is and leads to the first field that needs a look. */
function useSubmit(draft: Draft, { submit, ...over }: Pick<Props, 'submit' | 'more' | 'version'>) {
  const more = useBasis(over.more, over.version)
  const { state, pending, send } = useAct(submit)
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (state.kind === 'refused') form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus()
  }, [state])
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (!pending) startTransition(() => send(filledForm(draft, more)))
  }
  return { form, state, pending, onSubmit }
}

/** On small screens the preview stands below; its verdict stands here. */
function VerdictInShort({ shown }: { shown: Previewed }) {
  if (shown.kind !== 'answered') return null
  return (
    <a className="sum" href={`#${PREVIEW}`}>
      <Badge tone={verdictTone(shown.answer)} plain>
        {verdictTitle(shown.answer)}
      </Badge>
    </a>
  )
}
