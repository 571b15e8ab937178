import type { TrailSummary } from '@/lib/domain/trail-record'

export function totalOf({ total, isCapped }: Pick<TrailSummary, 'total' | 'isCapped'>): string {
  const figure = total.toLocaleString('en')
  return isCapped ? `The newest ${figure} entries` : `${figure} ${total === 1 ? 'entry' : 'entries'}`
}
