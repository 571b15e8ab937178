import type { CookieOption, CookiesOptions } from 'next-auth'
import { settings } from '@/lib/usecases/facts/settings'

const MINUTES_15 = 15 * 60

function cookie(name: string, maxAge?: number): CookieOption {
  const secure = settings().consoleUrl.startsWith('https://')
  // `__Host-`: no other host and no plain connection can set it (RFC 6265bis §4.1.3.2). Plain http is loopback only.
  return {
    name: `${secure ? '__Host-' : ''}next-auth.${name}`,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, ...(maxAge ? { maxAge } : {}) },
  }
}

/** Every cookie next-auth sets, and the one that carries a sign-in. */
export const authCookies = () =>
  ({
    sessionToken: cookie('session-token'),
    callbackUrl: cookie('callback-url'),
    csrfToken: cookie('csrf-token'),
    pkceCodeVerifier: cookie('pkce.code_verifier', MINUTES_15),
    state: cookie('state', MINUTES_15),
    nonce: cookie('nonce', MINUTES_15),
  }) satisfies Partial<CookiesOptions>
