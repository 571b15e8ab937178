/** Reads CSV as RFC 4180 §2 says, every cell quoted. Anything else is a fault. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = []
  const cell = /"((?:[^"]|"")*)"(,|\r\n)/gy
  let row: string[] = []
  while (cell.lastIndex < text.length) {
    const [, inside, end] = cell.exec(text) ?? []
    if (inside === undefined) throw new Error('This is not CSV with every cell quoted.')
    row.push(inside.replaceAll('""', '"'))
    if (end === ',') continue
    rows.push(row)
    row = []
  }
  return rows
}
