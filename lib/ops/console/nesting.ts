/** How deep brackets stand in each other in a text that may be JSON, outside its strings. */
export function depthOf(text: string): number {
  let [depth, most, isQuoted] = [0, 0, false]
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') isQuoted = !isQuoted
    else if (isQuoted) at += sign === '\\' ? 1 : 0
    else if (sign === '[' || sign === '{') most = Math.max(most, ++depth)
    else if (sign === ']' || sign === '}') depth = Math.max(0, depth - 1)
  }
  return most
}

const BOUNDARY = /^multipart\/form-data\b.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i

/** The same of the deepest field of a form, each read for itself: what one leaves open does not hide the next. */
export function depthOfBody(body: string, contentType: string): number {
  const [, quoted, plain] = BOUNDARY.exec(contentType) ?? []
  const boundary = quoted ?? plain
  const fields = boundary ? body.split(`--${boundary}`) : [body]
  return fields.reduce((most, field) => Math.max(most, depthOf(field)), 0)
}
