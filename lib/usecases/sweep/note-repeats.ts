import { writeRepeats } from '@/lib/data/asked-again'

/** Writes down how often resource servers asked the same again within a minute: `all` when this process leaves. */
export const noteRepeats = ({ all = false } = {}): Promise<void> => writeRepeats({ all })
