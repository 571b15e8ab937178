const TEXT_OID = 25
const HEADER_BYTES = 20

/**
 * A `text[]` as the server takes it in binary (array_recv of PostgreSQL): JSON is full of quotes, and written as text each
 * would be escaped here and read back there. As with any other text, U+0000 in it is refused by the server.
 */
export function textArray(values: readonly string[]): Buffer {
  const lengths = values.map((value) => Buffer.byteLength(value))
  const size = lengths.reduce((sum, length) => sum + 4 + length, HEADER_BYTES)
  const bytes = Buffer.allocUnsafe(size)
  // One dimension, no nulls, the type of an element, how many, and the index of the first.
  let at = [1, 0, TEXT_OID, values.length, 1].reduce((end, part) => bytes.writeInt32BE(part, end), 0)
  values.forEach((value, index) => {
    at = bytes.writeInt32BE(lengths[index] ?? 0, at)
    at += bytes.write(value, at)
  })
  return bytes
}
