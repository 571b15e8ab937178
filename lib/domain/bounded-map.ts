/**
 * A map of at most `most` entries, for what is kept only so that work need not be done again. What is set once it is full
 * makes it forget all it holds, be the key a new one or not: who asks for any of that next does the work once more. Not
 * the least recently used alone (LRU): for that every read would have to leave a note, and there are thousands a second.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  constructor(private readonly most: number) {
    super()
  }

  override set(key: K, value: V): this {
    if (this.size >= this.most) this.clear()
    return super.set(key, value)
  }
}
