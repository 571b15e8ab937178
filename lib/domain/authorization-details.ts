import { z } from 'zod'

const text = z.string().min(1).max(2048)

/**
 * One item of `authorization_details` (RFC 9396 §2): actions at the locations of one resource server. Strict,
 * because RFC 9396 §5 refuses unknown types and fields.
 */
export const AuthorizationDetail = z.strictObject({
  type: text,
  actions: z.array(text).min(1).max(64),
  locations: z.array(text).min(1).max(64),
  datatypes: z.array(text).max(64).exactOptional(),
  identifier: text.exactOptional(),
  uses: z.int().positive().exactOptional(),
})
export type AuthorizationDetail = z.infer<typeof AuthorizationDetail>

/** What one request or one token may carry of them. */
export const AuthorizationDetails = z.array(AuthorizationDetail).min(1).max(64)
export type AuthorizationDetails = z.infer<typeof AuthorizationDetails>
