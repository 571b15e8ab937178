import { readTrail } from '@/lib/data/trail-export'
import { REFUSALS, type RefusalCode } from '@/lib/domain/refusals'
import { ExportTrail, exportTrail } from '@/lib/usecases/trail/export-trail'
import { formValues, isFromConsole } from '@/lib/web/action'
import { actOf, currentActor } from '@/lib/web/session'
import { EXPORT_TYPES, exportStream } from '@/lib/web/trail-export'

const no = (code: RefusalCode) => new Response(`${REFUSALS[code].says}\n`, { status: REFUSALS[code].status })

/** Streams the filtered entries. It is a POST, because it leaves an entry in the trail. */
export async function POST(request: Request): Promise<Response> {
  if (!(await isFromConsole())) return no('bad_origin')
  const actor = await currentActor()
  if (!actor) return no('not_signed_in')
  const form = await request.formData().catch(() => null)
  const input = ExportTrail.safeParse(form && formValues(form))
  if (!input.success) return no('invalid')
  const started = await exportTrail(actor, actOf(actor), input.data)
  if (!started.ok) return no(started.refusal.code)
  const { query, format, head } = started.value
  return new Response(exportStream(format, readTrail(actor, query, head)), {
    headers: {
      'content-type': EXPORT_TYPES[format],
      'content-disposition': `attachment; filename="trail-below-${head}.${format}"`,
    },
  })
}
