import { Fact, Facts } from '@/components/ui/facts'

/** What is, and what would be. */
export function BeforeAfter({ before, after }: { before: string; after: string }) {
  return (
    <Facts>
      <Fact label="Before">{before}</Fact>
      <Fact label="After">{after}</Fact>
    </Facts>
  )
}
