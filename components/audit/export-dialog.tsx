'use client'

import { Button } from '@/components/ui/button'
import { Choices } from '@/components/ui/choices'
import { Dialog, DialogFooter, useCloseDialog } from '@/components/ui/dialog'

type Props = {
  /** The filters as text. */
  query: string
  /** What leaves: "16 entries". */
  what: string
}

const FORMATS = [
  { value: 'csv', label: 'CSV' },
  { value: 'jsonl', label: 'JSON Lines' },
]

/** Asks for the format, then the browser saves what the server streams. */
export function ExportDialog({ query, what }: Props) {
  return (
    <Dialog verb="Export" title={`Export ${what}`}>
      <ExportForm query={query} />
    </Dialog>
  )
}

function ExportForm({ query }: Pick<Props, 'query'>) {
  const close = useCloseDialog()
  return (
    // The dialog closes after the browser has taken the form.
    <form method="post" action="/audit/export" className="stack" onSubmit={() => queueMicrotask(close)}>
      <input type="hidden" name="query" value={query} />
      <p>
        Everything up to this moment that matches the search is exported. The export is itself an entry of the
        trail.
      </p>
      <Choices
        label="Format"
        name="format"
        choices={FORMATS}
        defaultValue="csv"
        hint="CSV is for spreadsheets. JSON Lines keeps every entry exactly as it was hashed."
      />
      <DialogFooter>
        <Button type="submit">Export</Button>
      </DialogFooter>
    </form>
  )
}
