import { z } from 'zod'
import { commit } from '@/lib/data/commit'
import { writeProposed } from '@/lib/data/write-rule-change'
import { type Actor, may } from '@/lib/domain/access'
import type { Act } from '@/lib/domain/act'
import { readNames } from '@/lib/domain/claim-conditions'
import { webhookPermit } from '@/lib/domain/egress-settings'
import { EnvironmentMap, IssuerKind } from '@/lib/domain/oidc-issuer'
import { plainAddress } from '@/lib/domain/plain-address'
import { ruleAttempt } from '@/lib/domain/proposal'
import { type Result, refused } from '@/lib/domain/result'
import { parseStrictJson } from '@/lib/domain/strict-json'
import { fileSource } from '@/lib/domain/trust-bundle'
import type { TrustChange } from '@/lib/domain/trust-change'
import { addressProblem } from '@/lib/domain/webhook'
import { readJwks } from '@/lib/identity/jwks'
import { parseSpiffeBundle } from '@/lib/identity/spiffe-bundle'
import { isTrustDomain } from '@/lib/identity/spiffe-id'
import { bundleOf } from '../facts/bundle-source'
import { fetchKeys } from '../facts/issuer-keys'
import { type Proposed, prepareProposal } from '../facts/propose'
import { wrong } from '../facts/proposed-fields'
import { settings } from '../facts/settings'

const MOST = 64 * 1024
const Document = z.string().trim().max(MOST, 'Keep it under 64 KiB.')
const Plain = z.string().trim().max(500, 'Keep it under 500 characters.')

export const ProposeTrust = z.discriminatedUnion('kind', [
  z.object({
    ...{ kind: z.literal('issuer'), issuer: Plain.min(1, 'Give the issuer.'), issuerKind: IssuerKind },
    ...{ jwks: Document.default(''), claim: Plain.default(''), names: z.string().max(8192).default('') },
    environment: Plain.default(''),
  }),
  z.object({
    ...{ kind: z.literal('domain'), name: Plain.min(1, 'Give the name of the trust domain.') },
    bundle: Document.default(''),
    url: Plain.default(''),
    file: Plain.default(''),
  }),
  z.object({ kind: z.literal('environment'), name: Plain.min(1), environment: Plain.default('') }),
])
export type ProposeTrust = z.infer<typeof ProposeTrust>

/** Proposes whom to believe about workloads: a trust domain with its bundle, or an issuer; again, it replaces its keys. */
export async function proposeTrust(actor: Actor, act: Act, input: ProposeTrust): Promise<Result<Proposed>> {
  if (!may(actor, 'trust.change'))
    return commit<never>(act, refused('not_allowed', ruleAttempt(actor, 'trust.put', 'not_allowed')))
  const change = await changeOf(input)
  if (!change.ok) return change
  const prepared = await prepareProposal(actor, change.value)
  if (!prepared.ok) return prepared
  const { value } = prepared
  return commit(act, value.outcome, (tx) => writeProposed(tx, actor, value))
}

async function changeOf(input: ProposeTrust): Promise<Result<TrustChange>> {
  if (input.kind === 'issuer') return issuerChange(input)
  return input.kind === 'domain' ? domainChange(input) : placeChange(input)
}

const ENVIRONMENT = /^[A-Za-z0-9._-]{1,100}$/
const placeProblem = (environment: string) =>
  environment === '' || ENVIRONMENT.test(environment)
    ? null
    : 'Give a name like production: letters, digits, dots, dashes and underscores.'

function placeChange({
  name,
  environment,
}: Extract<ProposeTrust, { kind: 'environment' }>): Result<TrustChange> {
  const problem = placeProblem(environment)
  if (problem) return wrong('environment', problem)
  return { ok: true, value: { kind: 'domain.environment', name, environment: environment || null } }
}

const JsonObject = z.record(z.string(), z.json())

type DomainInput = Extract<ProposeTrust, { kind: 'domain' }>

async function domainChange({ name, bundle: text, url, file }: DomainInput): Promise<Result<TrustChange>> {
  if (!isTrustDomain(name))
    return wrong('name', 'Give a name like agents.example: lower-case letters, digits, dots and dashes.')
  const given = [text, url, file].filter((one) => one !== '')
  if (given.length !== 1)
    return wrong('bundle', 'Paste the trust bundle, or give its address or its file: one of the three.')
  const field = file ? 'file' : url ? 'url' : 'bundle'
  const source = await bundleOf({ text, url, file })
  if (!source.ok) return wrong(field, source.problem)
  const reading = parseSpiffeBundle(source.value)
  if (!reading.ok) return wrong(field, reading.problem)
  if (reading.bundle.keys.length === 0)
    return wrong(field, 'The bundle holds no key with use jwt-svid and a kid.')
  const bundle = JsonObject.parse(source.value)
  return {
    ok: true,
    value: { kind: 'domain.put', name, bundle, url: file ? fileSource(file) : url || null },
  }
}

type IssuerInput = Extract<ProposeTrust, { kind: 'issuer' }>

async function issuerChange({
  issuer,
  issuerKind,
  jwks: text,
  claim,
  names,
  ...input
}: IssuerInput): Promise<Result<TrustChange>> {
  const problem = issuerProblem(issuer, settings().issuer) ?? (text ? null : askProblem(issuer))
  if (problem) return wrong('issuer', problem)
  const keys = text ? keysOf(text) : null
  if (keys && !keys.ok) return wrong('jwks', keys.problem)
  const list = readNames(names)
  if (!list.ok) return wrong('names', list.problem)
  if (list.value.length > 0 !== (claim !== ''))
    return wrong('claim', 'The claim and the list of what its values mean belong together.')
  const place = placeProblem(input.environment)
  if (place) return wrong('environment', place)
  const environment = input.environment || null
  const environments = claim ? EnvironmentMap.parse({ claim, names: list.value }) : null
  const asked = keys ? null : await fetchKeys(issuer, webhookPermit(settings()))
  if (asked && !asked.ok) return wrong('issuer', `${asked.problem} ${TRY}`)
  const jwks = keys?.ok ? keys.value : null
  return { ok: true, value: { kind: 'issuer.put', issuer, issuerKind, jwks, environments, environment } }
}

const TRY = 'Paste its keys, or try again when it publishes them.'

const askProblem = (issuer: string) => addressProblem(new URL(issuer), webhookPermit(settings()))

// Compared to the letter with what tokens say, so it is kept as it was given.
function issuerProblem(issuer: string, own: string): string | null {
  const url = plainAddress(issuer)
  if (url?.search !== '')
    return 'Give an address like https://issuer.example, to the letter as its tokens say it.'
  return issuer === own || url.origin === own ? 'This is us. Our own tokens prove no workload.' : null
}

function keysOf(
  text: string,
): { ok: true; value: z.infer<typeof JsonObject> } | { ok: false; problem: string } {
  const json = parseStrictJson(text)
  if (!json.ok) return json
  const reading = readJwks(json.value)
  return reading.ok ? { ok: true, value: JsonObject.parse(json.value) } : reading
}
