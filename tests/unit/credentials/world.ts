import type { SigningKeyRecord } from '@/lib/credentials/keys'
import { generateSigningKey, keySet, loadSigningKey } from '@/lib/credentials/keys'
import type { MandateClaims } from '@/lib/credentials/mandate'
import type { AgentTokenClaims, TaskTokenClaims } from '@/lib/credentials/token-claims'
import { ISSUER, T } from '../support/forge'

const SECRET = 'a secret of at least thirty-two characters'

export const AGENT = 'spiffe://demo.countersign.example/env/demo/agent/refund-triage'
export const TICKETS = 'http://127.0.0.1:3011'

/** Our own keys: a published one to sign with, and a stranger's. */
export async function keys() {
  const record: SigningKeyRecord = await generateSigningKey(SECRET)
  const stranger = loadSigningKey(await generateSigningKey(SECRET), SECRET)
  return { record, key: loadSigningKey(record, SECRET), set: keySet([record]), stranger }
}

export const mandateClaims: MandateClaims = {
  iss: ISSUER,
  aud: ISSUER,
  sub: 'person-opaque-1',
  may_act: { sub: AGENT },
  jti: 'M-7F3K0001',
  iat: T,
  exp: T + 3600,
  txn: 'R-7F3K0001',
  grant_id: 'G-7F3K0001',
}

export const taskClaims: TaskTokenClaims = {
  iss: ISSUER,
  aud: TICKETS,
  sub: 'person-opaque-1',
  client_id: AGENT,
  iat: T,
  exp: T + 300,
  jti: 'C-7F3K0001',
  scope: 'ticket:read',
  authorization_details: [{ type: 'tickets', actions: ['ticket:read'], locations: [`${TICKETS}/t/4711`] }],
  act: { sub: AGENT, sub_profile: 'ai_agent' },
  cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' },
  txn: 'R-7F3K0001',
  grant_id: 'G-7F3K0001',
}

export const agentClaims: AgentTokenClaims = {
  iss: ISSUER,
  aud: ISSUER,
  sub: AGENT,
  client_id: AGENT,
  iat: T,
  exp: T + 300,
  jti: 'C-7F3K0002',
  identity_id: 'N-7F3K0001',
  cnf: taskClaims.cnf,
}
