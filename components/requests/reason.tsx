import { Untrusted } from '@/components/ui/untrusted'
import { visibleParts } from '@/lib/domain/clean-text'

/** Why somebody said no, in their own words. */
export function Reason({ label, by, text }: { label: string; by: string; text: string }) {
  return (
    <div className="mt-3">
      <Untrusted header={`${label}, written by ${by}`} label={label} segments={visibleParts(text)} />
    </div>
  )
}
