/** "1 request", "2 requests", "5,000 people". */
export const counted = (count: number, word: string, plural = `${word}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? word : plural}`
