// Checks an exported approval without any code of ours: what was signed, by which passkey, for which page. It imports
// three published packages and Node's own modules, so that it can be copied elsewhere and read in one go.
// docs/verify-approval.md says what each answer means.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import { cose, decodeClientDataJSON, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers'
import canonicalize from 'canonicalize'
import { base64url, calculateJwkThumbprint } from 'jose'

const NOT_VERIFIED = 1
const NO_SIGNATURE = 2
const MISUSED = 64
const PINS = ['issuer', 'rp-id', 'origin', 'key', 'approver', 'request']

class NotVerified extends Error {}

function must(holds, says) {
  if (!holds) throw new NotVerified(says)
}

const isText = (value) => typeof value === 'string' && value.length > 0
const isHex = (value, length) =>
  typeof value === 'string' && value.length === length && /^[0-9a-f]+$/.test(value)
const sha256 = (data) => createHash('sha256').update(data).digest()

function keysAre(value, keys, what) {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is no object.`)
  const found = Object.keys(value).sort().join(', ')
  must(found === [...keys].sort().join(', '), `${what} has other members than it should: ${found}.`)
}

/** The file's shape. A member nobody expects could be read by somebody as signed. */
function readFile(text) {
  const file = JSON.parse(text)
  keysAre(file, ['type', 'terms', 'digest', 'passkey', 'notSigned'], 'The file')
  must(file.type === 'countersign-approval-evidence/v1', 'The file is of another type.')
  must(isHex(file.digest, 64), 'The digest is no SHA-256.')
  return file
}

const keysOf = (value) => Object.keys(value).sort().join(' ')

/** Null, or agents in their order and how many levels deep. */
function isDelegation(delegation) {
  if (delegation === null) return true
  if (typeof delegation !== 'object' || keysOf(delegation) !== 'agents depth') return false
  const { agents, depth } = delegation
  if (!Array.isArray(agents) || agents.length === 0 || !Number.isInteger(depth) || depth < 1) return false
  const isAgent = (agent) => isText(agent?.id) && isText(agent.identity) && keysOf(agent) === 'id identity'
  return agents.every(isAgent) && agents.every(({ id }, at) => at === 0 || agents[at - 1].id < id)
}

/** The terms say what version 1 of an approval says. */
function checkTerms(terms) {
  must(terms?.type === 'countersign-approval/v1', 'The terms are of another type.')
  must(terms.verdict === 'approve' || terms.verdict === 'deny', 'The verdict is neither yes nor no.')
  for (const name of ['issuer', 'approver', 'requester'])
    must(isText(terms[name]), `The terms name no ${name}.`)
  must(terms.approver !== terms.requester, 'The requester approved their own request.')
  must(isText(terms.request?.id) && Number.isInteger(terms.request.version), 'The terms name no request.')
  must(isText(terms.stage?.name) && isText(terms.stage.tenant), 'The terms name no stage.')
  must(isText(terms.agent?.id) && isText(terms.agent.identity), 'The terms name no agent.')
  must(Array.isArray(terms.scopes) && terms.scopes.length > 0, 'The terms name no scope.')
  const tenants = [...new Set(terms.scopes.map(({ tenant }) => tenant))].sort()
  must(JSON.stringify(tenants) === JSON.stringify(terms.tenants), 'Scopes and tenants do not fit.')
  must(Array.isArray(terms.environments) && terms.environments.every(isText), 'The terms name no place.')
  must(Number.isInteger(terms.durationSeconds) && terms.durationSeconds > 0, 'The terms name no time.')
  must(
    terms.uses === null || (Number.isInteger(terms.uses) && terms.uses > 0),
    'The uses are no cap and not open either.',
  )
  must(isDelegation(terms.delegation), 'The sub-agents are none and no list of agents either.')
  must(isHex(terms.policySet, 64) && isHex(terms.nonce, 32), 'Policy set or nonce is malformed.')
}

/** The SHA-256 of the canonical terms (RFC 8785) is the digest, and the digest is what the passkey was asked. */
function checkDigest({ terms, digest }) {
  must(sha256(canonicalize(terms)).toString('hex') === digest, 'The terms are not those of the digest.')
}

const isOriginOf = (origin, rpId) => {
  const { protocol, hostname, origin: whole } = new URL(origin)
  const isOfHost = hostname === rpId || hostname.endsWith(`.${rpId}`)
  return whole === origin && isOfHost && (protocol === 'https:' || hostname === 'localhost')
}

/** Signature, challenge, origin, relying party, user present and verified (WebAuthn §7.2). */
async function checkPasskey({ passkey, digest }) {
  const members = ['publicKey', 'rpId', 'origin']
  keysAre(passkey, [...members, 'authenticatorData', 'clientDataJSON', 'signature'], 'The passkey')
  const { publicKey, rpId, origin, ...response } = passkey
  must(isOriginOf(origin, rpId), 'The origin is not one of the relying party.')
  must(
    decodeClientDataJSON(response.clientDataJSON).crossOrigin !== true,
    'It was signed inside another page.',
  )
  // How the passkey is looked up is no part of what it signs.
  const id = 'AA'
  const { verified } = await verifyAuthenticationResponse({
    response: { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} },
    expectedChallenge: base64url.encode(Buffer.from(digest, 'hex')),
    expectedOrigin: origin,
    expectedRPID: rpId,
    requireUserVerification: true,
    credential: { id, publicKey: base64url.decode(publicKey), counter: 0 },
  })
  must(verified, 'The signature is not that of the passkey.')
}

/** The passkey's public key by its thumbprint (RFC 7638): compare it with other approvals of the same person. */
function thumbprintOf(publicKey) {
  const key = decodeCredentialPublicKey(base64url.decode(publicKey))
  const part = (name) => base64url.encode(key.get(name))
  const { crv, x, y, n, e } = cose.COSEKEYS
  const kinds = {
    [cose.COSEKTY.EC2]: () => ({
      kty: 'EC',
      crv: `P-${['', 256, 384, 521][key.get(crv)]}`,
      x: part(x),
      y: part(y),
    }),
    [cose.COSEKTY.OKP]: () => ({ kty: 'OKP', crv: 'Ed25519', x: part(x) }),
    [cose.COSEKTY.RSA]: () => ({ kty: 'RSA', n: part(n), e: part(e) }),
  }
  return calculateJwkThumbprint(kinds[key.get(cose.COSEKEYS.kty)]())
}

function checkPins(pins, { terms, passkey }, key) {
  const said = {
    ...{ issuer: terms.issuer, approver: terms.approver, request: terms.request.id },
    ...{ 'rp-id': passkey?.rpId, origin: passkey?.origin, key },
  }
  for (const [name, value] of Object.entries(pins))
    must(said[name] === value, `The ${name} is ${said[name]}, not ${value}.`)
}

const yesOrNo = { approve: 'approved', deny: 'denied' }

async function verify(text, pins) {
  const file = readFile(text)
  checkTerms(file.terms)
  checkDigest(file)
  const { approver, verdict, request, stage } = file.terms
  const subAgents = file.terms.delegation?.agents.map(({ identity }) => identity) ?? []
  const what = `${approver} ${yesOrNo[verdict]} version ${request.version} of ${request.id} for ${stage.name}${subAgents.length > 0 ? `, with the sub-agents ${subAgents.join(', ')}` : ''}`
  if (file.passkey === null) {
    checkPins(pins, file)
    console.log(`Not signed with a passkey. The issuer says: ${what}.`)
    console.log('The digest is that of the terms. Nothing here proves who gave it.')
    return NO_SIGNATURE
  }
  await checkPasskey(file)
  const key = await thumbprintOf(file.passkey.publicKey)
  checkPins(pins, file, key)
  console.log(`Verified. A passkey signed: ${what}.`)
  console.log(`digest  ${file.digest}\nkey     ${key}\norigin  ${file.passkey.origin}`)
  console.log('That the key is this approver’s, and the time, are the issuer’s word.')
  return 0
}

function readArguments(given) {
  const pins = {}
  const files = []
  for (let at = 0; at < given.length; at += 1) {
    const name = given[at].startsWith('--') ? given[at].slice(2) : null
    if (name === null) files.push(given[at])
    else if (PINS.includes(name) && given[at + 1]) pins[name] = given[++at]
    else return null
  }
  return files.length === 1 ? { file: files[0], pins } : null
}

const asked = readArguments(process.argv.slice(2))
if (!asked) {
  console.error(`Usage: verify-approval <file> [${PINS.map((name) => `--${name} <value>`).join('] [')}]`)
  process.exitCode = MISUSED
} else
  try {
    process.exitCode = await verify(readFileSync(asked.file, 'utf8'), asked.pins)
  } catch (error) {
    // Whatever cannot be read is not verified: the reason is for a person.
    console.error(`Not verified. ${error instanceof Error ? error.message : error}`)
    process.exitCode = NOT_VERIFIED
  }
