import { draftOfRequest } from '@/components/requests/draft-of-request'
import { EMPTY_DRAFT, type FormChoices, withAgent, withTemplate } from '@/components/requests/form-draft'
import { isNothingToAsk, NothingToAsk } from '@/components/requests/nothing-to-ask'
import { RequestForm } from '@/components/requests/request-form'
import { PageHead } from '@/components/ui/page-head'
import { newNonce } from '@/lib/data/new-id'
import { findVisibleRequest } from '@/lib/data/visible-requests'
import { type Actor, may } from '@/lib/domain/access'
import { RequestId } from '@/lib/domain/ids'
import { titleFor } from '@/lib/web/page-title'
import { requireActor } from '@/lib/web/session'
import { previewAction, submitRequestAction } from '../actions'
import { prepareBreakGlassAction, submitBreakGlassAction } from '../break-glass-actions'
import { firstPreview, readFormChoices } from '../form-data'
import '../requests.css'

export const generateMetadata = titleFor('request.file', 'New request')

const BREAK_GLASS = { prepare: prepareBreakGlassAction, submit: submitBreakGlassAction }

type Query = { template?: string | string[]; from?: string | string[]; without?: string | string[] }
type Props = { searchParams: Promise<Query> }

const addressOf = (query: Query) => {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    for (const one of [value ?? []].flat()) words.append(name, one)
  return words.size > 0 ? `/requests/new?${words}` : '/requests/new'
}

export default async function NewRequestPage({ searchParams }: Props) {
  const query = await searchParams
  const actor = await requireActor('request.file', addressOf(query))
  const { slugs, ...choices } = await readFormChoices(actor)
  const head = (
    <PageHead title="New request">Task request: one task’s worth of access for one agent.</PageHead>
  )
  if (isNothingToAsk(choices))
    return (
      <div className="wrap">
        {head}
        <NothingToAsk {...choices} />
      </div>
    )
  const initial = await draftOf(actor, query, choices, slugs)
  return (
    <RequestForm
      head={head}
      choices={choices}
      initial={initial}
      firstPreview={await firstPreview(actor, initial)}
      submit={submitRequestAction}
      more={{ submissionId: newNonce() }}
      preview={previewAction}
      breakGlass={may(actor, 'request.break_glass') ? BREAK_GLASS : undefined}
    />
  )
}

/** Filed again from an own request, from a template, or empty. */
async function draftOf(actor: Actor, query: Query, choices: FormChoices, slugs: ReadonlyMap<string, string>) {
  const from = RequestId.safeParse(query.from)
  const request = from.success ? await findVisibleRequest(actor, from.data) : null
  if (request && request.requester.id === actor.personId)
    return { ...draftOfRequest(request, choices, [query.without ?? []].flat()), filedFrom: request.id }
  const templateId = slugs.get(String(query.template ?? ''))
  const template = choices.templates.find(({ id }) => id === templateId)
  if (template) return withTemplate(EMPTY_DRAFT, template)
  const [agent] = choices.agents
  return choices.agents.length === 1 ? withAgent(EMPTY_DRAFT, agent) : EMPTY_DRAFT
}
