const LOOKS_LIKE_ADDRESS = /^[0-9a-fA-F.:]{2,45}$/

/**
 * Where a request came from, as the outermost of our own proxies saw it: the entry it appended to X-Forwarded-For.
 * Everything left of that was written by whoever called. Without a proxy of ours nothing there is believed.
 */
export function callerAddress(forwardedFor: string | null, trustedProxies: number): string | null {
  if (trustedProxies === 0 || forwardedFor === null) return null
  const address = forwardedFor.split(',').at(-trustedProxies)?.trim() ?? ''
  return LOOKS_LIKE_ADDRESS.test(address) ? address : null
}
