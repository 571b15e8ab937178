import { EVERYTHING, type TrailField, type TrailQuery, trailParams } from '@/lib/domain/trail-query'

/** Where a list of the trail stands: what is asked, and below which entry its page begins. */
export type Place = { query: TrailQuery; below?: number | undefined }

const addressOf = (path: string, { query, below }: Place) => {
  const params = trailParams(query)
  if (below !== undefined) params.set('below', String(below))
  return params.size > 0 ? `${path}?${params}` : path
}

export const trailPath = (place: Place) => addressOf('/audit', place)

/** An entry beside the list it was opened from. */
export const entryPath = (leaf: number, place: Place, part = 'entry') =>
  `${addressOf(`/audit/${leaf}`, place)}#${part}`

/** Everything in the trail about one thing. */
export const aboutPath = (field: TrailField, value: string) =>
  trailPath({ query: { ...EVERYTHING, fields: { ...EVERYTHING.fields, [field]: [value] } } })
