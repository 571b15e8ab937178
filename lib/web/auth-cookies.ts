import type { CookieOption, CookiesOptions } from 'next-auth'
import { settings } from '@/lib/usecases/facts/settings'

const MINUTES_15 = 15 * 60

/** A cookie of this host alone, by the name a secure one has to have. */
export function hostCookie(name: string, maxAge?: number) {
  const secure = settings().consoleUrl.startsWith('https://')
  // `__Host-`: no other host and no plain connection can set it (RFC 6265bis §4.1.3.2). Plain http is loopback only.
  return {
    name: `${secure ? '__Host-' : ''}${name}`,
    options: { httpOnly: true, sameSite: 'lax', path: '/', secure, ...(maxAge ? { maxAge } : {}) },
  } as const satisfies CookieOption
}

/** Every cookie next-auth sets, and the one that carries a sign-in. */
export const authCookies = () =>
  ({
    sessionToken: hostCookie('next-auth.session-token'),
    callbackUrl: hostCookie('next-auth.callback-url'),
    csrfToken: hostCookie('next-auth.csrf-token'),
    pkceCodeVerifier: hostCookie('next-auth.pkce.code_verifier', MINUTES_15),
    state: hostCookie('next-auth.state', MINUTES_15),
    nonce: hostCookie('next-auth.nonce', MINUTES_15),
  }) satisfies Partial<CookiesOptions>
