import type { Tone } from './tone'

export type IconName = Tone | 'search' | 'down' | 'close' | 'menu' | 'theme' | 'copy' | 'bell' | 'child'

/** One 16 px drawing. It always stands beside a word, or in a button that has a name, so it is never read out. */
export function Icon({ name, mark }: { name: IconName; mark?: Tone | undefined }) {
  return <span className={`i i-${name}${mark ? ` mark t-${mark}` : ''}`} aria-hidden="true" />
}
