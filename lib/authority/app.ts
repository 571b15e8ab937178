import { type Context, Hono } from 'hono'
import type { AgentId } from '@/lib/domain/ids'
import { JWKS_MAX_AGE_SECONDS } from '@/lib/domain/signing-key'
import type { WireResult } from '@/lib/domain/wire-result'
import { evaluateAccess } from '@/lib/usecases/decisions/evaluate-access'
import { evaluateAccesses } from '@/lib/usecases/decisions/evaluate-accesses'
import { searchAccess } from '@/lib/usecases/decisions/search-access'
import type { AuthorityContext, Call } from '@/lib/usecases/facts/authority'
import { completeGrantAsAgent } from '@/lib/usecases/grants/complete-grant-as-agent'
import { issueMandateToAgent } from '@/lib/usecases/grants/issue-mandate-to-agent'
import { listGrantsAsAgent } from '@/lib/usecases/grants/list-grants-as-agent'
import { listStepsAsAgent } from '@/lib/usecases/grants/list-steps-as-agent'
import { openChildGrant } from '@/lib/usecases/grants/open-child-grant'
import { proposeStep } from '@/lib/usecases/grants/propose-step'
import { answerIntrospection, revocationEndpoint } from './after-issue'
import { answer, challenge, challengeClient, nothingHere, otherMethod, refuse, unavailable } from './answers'
import { limitBody } from './body-limit'
import { callOf, type Env, namedCall, noteAddress } from './call'
import { onlyDirect } from './demo-guard'
import { authzenMetadata, jwks, metadata, PATHS } from './discovery'
import { evaluationEndpoint } from './evaluation'
import { type Form, readForm } from './form'
import { giveNonce } from './give-nonce'
import { readJson } from './json'
import { keepToHttps } from './keep-to-https'
import { type Log, logRequests } from './log'
import { onlyAtRate } from './rate-gate'
import type { Rates } from './rates'
import { readiness } from './readiness'
import { STATUS_PATHS, statusList, statusLists, statusPreflight } from './status'
import { tokenEndpoint } from './token'
import { published } from './unchanged'

export type AuthorityDeps = AuthorityContext & {
  demo: boolean
  log: Log
  rates?: Rates | undefined
  trustedProxies?: number
}

const MAX_BODY_BYTES = 64 * 1024
const METADATA_MAX_AGE_SECONDS = 300

/** Where proofs of keys are sent. What anybody may keep a copy of carries no nonce (RFC 9449 §8.2). */
const PROVEN = [PATHS.token, PATHS.revocation, `${PATHS.grants}/*`]

type Endpoint = (call: Call, form: Form) => Promise<WireResult<object | null>>

/** Which methods each address takes. Whoever answers GET answers HEAD. */
function methodsOf({ routes }: Hono<Env>): Map<string, string[]> {
  const taken = new Map<string, string[]>()
  for (const { path, method } of routes)
    if (method !== 'ALL')
      taken.set(path, [...(taken.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])])
  return taken
}

/** The agent-facing server: each route reads, asks one use case, answers. A fault is a 503, never a yes. */
export function authorityApp(deps: AuthorityDeps): Hono<Env> {
  const { demo, log, rates, trustedProxies = 0, ...given } = deps
  const { issuer, secret } = given
  const app = new Hono<Env>()
  const counted = rates && {
    agentWait: (id: AgentId) => rates.spend('agent', id),
    uncount: (id: AgentId) => rates.giveBack('agent', id),
  }
  const context: AuthorityContext = { ...given, ...counted }
  app.use(logRequests(log))
  app.use(noteAddress(trustedProxies))
  app.use(keepToHttps(issuer))
  app.get('/healthz', (c) => c.json({ status: 'alive' }))
  app.get('/readyz', (c) => readiness(c, { secret, log }))
  if (demo) app.use(onlyDirect(issuer))
  if (rates) app.use(onlyAtRate(rates))
  app.use(limitBody(MAX_BODY_BYTES))
  if (given.nonces) for (const path of PROVEN) app.use(path, giveNonce(given.nonces))

  const posted = (endpoint: Endpoint) => async (c: Context<Env>) => {
    const form = await readForm(c)
    return form.ok ? answer(c, await endpoint(callOf(c, context), form), challengeClient) : refuse(c, form)
  }
  app.post(PATHS.token, posted(tokenEndpoint))
  app.post(PATHS.introspection, async (c) => {
    const form = await readForm(c)
    return form.ok ? answerIntrospection(c, callOf(c, context), form) : refuse(c, form)
  })
  app.post(PATHS.revocation, posted(revocationEndpoint))

  app.post(PATHS.evaluation, evaluationEndpoint(evaluateAccess, context))
  app.post(PATHS.evaluations, evaluationEndpoint(evaluateAccesses, context))
  app.post(PATHS.searchSubject, evaluationEndpoint(searchAccess('subject'), context))
  app.post(PATHS.searchResource, evaluationEndpoint(searchAccess('resource'), context))
  app.post(PATHS.searchAction, evaluationEndpoint(searchAccess('action'), context))

  app.get(PATHS.grants, async (c) => {
    const page = c.req.query('page_token') ?? null
    return answer(c, await listGrantsAsAgent(callOf(c, context), page), challenge)
  })
  app.get(`${PATHS.grants}/:id/mandate`, async (c) =>
    answer(c, await issueMandateToAgent(callOf(c, context), c.req.param('id')), challenge),
  )
  app.post(`${PATHS.grants}/:id/complete`, async (c) =>
    answer(c, await completeGrantAsAgent(callOf(c, context), c.req.param('id')), challenge),
  )

  app.post(`${PATHS.grants}/:id/children`, async (c) => {
    const body = await readJson(c)
    if (!body.ok) return refuse(c, body)
    return answer(c, await openChildGrant(namedCall(c, context), c.req.param('id'), body.value), challenge)
  })

  app.post(`${PATHS.grants}/:id/steps`, async (c) => {
    const body = await readJson(c)
    if (!body.ok) return refuse(c, body)
    return answer(c, await proposeStep(namedCall(c, context), c.req.param('id'), body.value), challenge)
  })
  app.get(`${PATHS.grants}/:id/steps`, async (c) =>
    answer(c, await listStepsAsAgent(callOf(c, context), c.req.param('id')), challenge),
  )

  app.get(STATUS_PATHS.all, (c) => statusLists(c, context))
  app.get(STATUS_PATHS.one, (c) => statusList(c, context))
  for (const path of [STATUS_PATHS.all, STATUS_PATHS.one]) app.options(path, statusPreflight)
  app.get(PATHS.discovery, async (c) => published(c, await metadata(issuer), METADATA_MAX_AGE_SECONDS))
  app.get(PATHS.authzen, (c) => published(c, authzenMetadata(issuer), METADATA_MAX_AGE_SECONDS))
  app.get(PATHS.jwks, async (c) => published(c, await jwks(), JWKS_MAX_AGE_SECONDS))
  for (const [path, methods] of methodsOf(app)) app.all(path, otherMethod(methods))
  app.notFound(nothingHere)
  app.onError((error, c) => {
    log.fault(c.get('reference'), error)
    return unavailable(c, error)
  })
  return app
}
