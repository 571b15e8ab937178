const TEXT_OID = 25
const HEADER_BYTES = 20
const LENGTH_BYTES = 4

/**
 * A `text[]` as the server takes it in binary (array_recv of PostgreSQL): JSON is full of quotes, and written as text each
 * would be escaped here and read back there. As with any other text, U+0000 in it is refused by the server.
 */
export function textArray(values: readonly string[]): Buffer {
  // Each of JavaScript's characters, which are UTF-16, has at most three bytes of UTF-8.
  const most = values.reduce((sum, { length }) => sum + LENGTH_BYTES + 3 * length, HEADER_BYTES)
  const bytes = Buffer.allocUnsafe(most)
  // One dimension, no nulls, the type of an element, how many, and the index of the first.
  let at = [1, 0, TEXT_OID, values.length, 1].reduce((end, part) => bytes.writeInt32BE(part, end), 0)
  for (const value of values) {
    const length = bytes.write(value, at + LENGTH_BYTES)
    at = bytes.writeInt32BE(length, at) + length
  }
  return bytes.subarray(0, at)
}
