import { readSettings, type Settings } from '@/lib/domain/settings'

let kept: Settings | undefined

/** The environment, parsed once, when first needed: a build needs none. */
export function settings(): Settings {
  kept ??= readSettings(process.env)
  return kept
}
