import Form from 'next/form'
import { Button } from '@/components/ui/button'

/** From one decided request to the next that waits for this person. */
export function NextToDecide({ id }: { id: string | null }) {
  if (!id) return null
  return (
    <Form action={`/requests/${id}`} className="no-print">
      <Button type="submit" small>
        Next to decide
      </Button>
    </Form>
  )
}
