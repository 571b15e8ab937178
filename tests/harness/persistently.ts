/** Tries again when there was no answer, as a client does: a busy machine may take too long to connect. */
export async function persistently<T>(act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < 5; attempt += 1) {
    const answer = await act().catch(() => undefined)
    if (answer !== undefined) return answer
  }
  return act()
}
