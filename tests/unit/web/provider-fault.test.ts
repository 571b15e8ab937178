import { describe, expect, it } from 'vitest'
import { faultOfProvider } from '@/lib/web/provider-fault'

const error = (message: string, code?: string) => Object.assign(new Error(message), code ? { code } : {})

describe('what next-auth reports of a provider', () => {
  it.each([
    ['OAUTH_CALLBACK_HANDLER_ERROR', { error: error('access_denied') }, 'provider_refused'],
    [
      'SIGNIN_OAUTH_ERROR',
      { error: error('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED') },
      'provider_silent',
    ],
    ['OAUTH_CALLBACK_ERROR', error('outgoing request timed out after 5000ms'), 'provider_silent'],
    ['OAUTH_CALLBACK_ERROR', error('expected 200 OK, got: 503 Service Unavailable'), 'provider_silent'],
    ['OAUTH_CALLBACK_ERROR', error('state mismatch, expected a, got: b'), 'provider_answer'],
    ['OAUTH_CALLBACK_ERROR', { error: error('unexpected iss value, expected a, got: b') }, 'provider_answer'],
    ['OAUTH_CALLBACK_ERROR', undefined, 'provider_answer'],
  ])('%s with %o is %s', (code, metadata, fault) => {
    expect(faultOfProvider(code, metadata)).toBe(fault)
  })
})
