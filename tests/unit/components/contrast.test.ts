import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

type Theme = 'light' | 'dark'

const CSS = readFileSync(new URL('../../../components/styles/tokens.css', import.meta.url), 'utf8')
const TOKENS = new Map(
  [...CSS.matchAll(/--color-([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
  ),
)

function colour(name: string, theme: Theme): string {
  const token = TOKENS.get(name)
  if (!token) throw new Error(`tokens.css has no ${name}`)
  return token[theme]
}

const linear = (channel: number) =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const lowest = (name: string, grounds: readonly string[], theme: Theme) =>
  Math.min(...grounds.map((ground) => contrast(colour(name, theme), colour(ground, theme))))

const GROUNDS = ['page', 'surface', 'sunken', 'raised', 'hover']
const TONES = ['wait', 'good', 'bad', 'live', 'neutral']
const SOFT = TONES.map((tone) => `${tone}-soft`)

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  it.each(['ink', 'ink-2'])('%s can be read on every ground and every soft one', (name) => {
    expect(lowest(name, [...GROUNDS, ...SOFT], theme)).toBeGreaterThanOrEqual(4.5)
  })

  it('the quietest ink, the accent and what stands on it can be read', () => {
    expect(lowest('ink-3', GROUNDS, theme)).toBeGreaterThanOrEqual(4.5)
    expect(lowest('accent', [...GROUNDS, 'accent-soft'], theme)).toBeGreaterThanOrEqual(4.5)
    expect(lowest('accent-on', ['accent', 'accent-hover'], theme)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(TONES)('%s can be read, and its mark can be seen', (tone) => {
    const grounds = [...GROUNDS, `${tone}-soft`]
    expect(lowest(tone, grounds, theme)).toBeGreaterThanOrEqual(4.5)
    expect(lowest(`${tone}-mark`, grounds, theme)).toBeGreaterThanOrEqual(3)
  })

  it('an edge bounds a control on every ground', () => {
    expect(lowest('edge', GROUNDS, theme)).toBeGreaterThanOrEqual(3)
  })
})
