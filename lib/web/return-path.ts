const BASE = 'http://console.invalid'

/** Where to go after sign-in: a path of this console, whatever the address said. */
export function returnPath(to: unknown): string {
  // The address bar is anyone's to fill: "//evil" and "/\evil" are other origins to a browser.
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, BASE)) return '/'
  const { origin, pathname, search } = new URL(to, BASE)
  return origin === BASE && !pathname.startsWith('//') && !pathname.startsWith('/sign-in')
    ? `${pathname}${search}`
    : '/'
}
