/** The address of something on the web that says where and nothing else: no user, no password, no fragment. */
export function plainAddress(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const isPlain = /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.hash}` === ''
  return isPlain ? url : null
}
