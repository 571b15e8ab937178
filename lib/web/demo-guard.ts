import { FORWARDING_HEADERS } from '@/lib/domain/forwarding-headers'

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1'])

/**
 * Whether a request came straight from this machine to the configured console address. Demo people sign in without
 * a secret, so a tunnel that publishes the demo must find it closed. Next itself sets x-forwarded-host and -for.
 */
export function isDirectLoopback(
  header: (name: string) => string | null | undefined,
  consoleUrl: string,
): boolean {
  const { host } = new URL(consoleUrl)
  const forwardedHost = header('x-forwarded-host')
  const forwardedFor = header('x-forwarded-for')
  if (header('host') !== host || (forwardedHost && forwardedHost !== host)) return false
  if (forwardedFor && !LOOPBACK.has(forwardedFor.trim())) return false
  return FORWARDING_HEADERS.every((name) => !header(name))
}
