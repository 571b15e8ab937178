import { pool } from './database'

/**
 * Files what was written since the last time in the index of words. What is not filed is found too, one entry after the
 * other; a list that is full is filed by whoever writes next, and everybody waits behind that.
 */
export async function fileTrailWords(): Promise<void> {
  await pool().query('select file_trail_words()')
}
