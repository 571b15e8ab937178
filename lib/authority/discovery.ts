import { publishedJwks } from '@/lib/credentials/keys'
import { listServerTypes } from '@/lib/data/authority-callers'
import { listSigningKeys } from '@/lib/data/signing-keys'
import {
  ASSERTION_ALGORITHMS,
  DPOP_ALGORITHMS,
  JWT_SVID_ALGORITHMS,
  OWN_ALGORITHM,
} from '@/lib/domain/jws-algorithms'
import { STATUS_PATH } from '@/lib/domain/status-list'
import { CLIENT_CREDENTIALS, TOKEN_EXCHANGE } from './token'

export const PATHS = {
  discovery: '/.well-known/oauth-authorization-server',
  jwks: '/.well-known/jwks.json',
  token: '/oauth/token',
  introspection: '/oauth/introspect',
  revocation: '/oauth/revoke',
  grants: '/grants',
  authzen: '/.well-known/authzen-configuration',
  evaluation: '/access/v1/evaluation',
  evaluations: '/access/v1/evaluations',
  searchSubject: '/access/v1/search/subject',
  searchResource: '/access/v1/search/resource',
  searchAction: '/access/v1/search/action',
} as const

const AGENT_ALGORITHMS = [...new Set([...ASSERTION_ALGORITHMS, ...JWT_SVID_ALGORITHMS])]

/** Authorization server metadata (RFC 8414 §2): what works, and nothing else. */
export const metadata = async (issuer: string) => ({
  issuer,
  token_endpoint: `${issuer}${PATHS.token}`,
  introspection_endpoint: `${issuer}${PATHS.introspection}`,
  revocation_endpoint: `${issuer}${PATHS.revocation}`,
  jwks_uri: `${issuer}${PATHS.jwks}`,
  grant_types_supported: [TOKEN_EXCHANGE, CLIENT_CREDENTIALS],
  response_types_supported: [],
  token_endpoint_auth_methods_supported: ['private_key_jwt', 'spiffe_jwt', 'none'],
  token_endpoint_auth_signing_alg_values_supported: AGENT_ALGORITHMS,
  introspection_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
  introspection_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
  introspection_signing_alg_values_supported: [OWN_ALGORITHM],
  revocation_endpoint_auth_methods_supported: ['private_key_jwt', 'spiffe_jwt'],
  revocation_endpoint_auth_signing_alg_values_supported: AGENT_ALGORITHMS,
  status_list_aggregation_endpoint: `${issuer}${STATUS_PATH}`,
  dpop_signing_alg_values_supported: [...DPOP_ALGORITHMS],
  authorization_details_types_supported: await listServerTypes(),
})

/** Policy decision point metadata (AuthZEN 1.0 §9.1): what works, and nothing else. */
export const authzenMetadata = (issuer: string) => ({
  policy_decision_point: issuer,
  access_evaluation_endpoint: `${issuer}${PATHS.evaluation}`,
  access_evaluations_endpoint: `${issuer}${PATHS.evaluations}`,
  search_subject_endpoint: `${issuer}${PATHS.searchSubject}`,
  search_resource_endpoint: `${issuer}${PATHS.searchResource}`,
  search_action_endpoint: `${issuer}${PATHS.searchAction}`,
})

/** Our public keys, the next one included, so that a change of keys surprises nobody. */
export const jwks = async () => publishedJwks(await listSigningKeys())
