/** Why a change of a resource server, its secrets or its scopes cannot be made. */
export const SERVER_REFUSALS = {
  server_exists: {
    status: 409,
    says: 'A resource server is registered under this identifier already. Nothing was changed.',
  },
  secret_exists: { status: 409, says: 'This server has a client secret already. Rotate it instead.' },
  secret_missing: { status: 409, says: 'This server has no client secret. Nothing was changed.' },
  scope_exists: { status: 409, says: 'This server offers this already, or did until it was retired.' },
} as const
