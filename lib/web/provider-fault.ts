import { z } from 'zod'

/** Why signing in through the provider came to nothing, as the sign-in page says it. */
export type ProviderFault = 'provider_silent' | 'provider_refused' | 'provider_answer'

const Fault = z.object({ message: z.string().optional(), code: z.string().optional() })
const Metadata = z.object({ error: Fault }).or(Fault.transform((error) => ({ error })))

const SILENCE = /^(outgoing request timed out|expected 200 OK|The provider took too long|socket hang up)/

/** Sorts what next-auth reports: the provider said no, did not answer, or its answer does not fit the question. */
export function faultOfProvider(code: string, metadata: unknown): ProviderFault {
  if (code === 'OAUTH_CALLBACK_HANDLER_ERROR') return 'provider_refused'
  const read = Metadata.safeParse(metadata)
  const { message = '', code: cause } = read.success ? read.data.error : {}
  return cause !== undefined || SILENCE.test(message) ? 'provider_silent' : 'provider_answer'
}
