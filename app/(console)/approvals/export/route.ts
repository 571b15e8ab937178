import { REFUSALS, type RefusalCode } from '@/lib/domain/refusals'
import { ExportApproval, exportApproval } from '@/lib/usecases/approvals/export-approval'
import { formValues, isFromConsole } from '@/lib/web/action'
import { actOf, currentActor } from '@/lib/web/session'

const no = (code: RefusalCode) => new Response(`${REFUSALS[code].says}\n`, { status: REFUSALS[code].status })

/** Hands out one approval as a file. It is a POST, because it leaves an entry in the trail. */
export async function POST(request: Request): Promise<Response> {
  if (!(await isFromConsole())) return no('bad_origin')
  const actor = await currentActor()
  if (!actor) return no('not_signed_in')
  const form = await request.formData().catch(() => null)
  const input = ExportApproval.safeParse(form && formValues(form))
  if (!input.success) return no('invalid')
  const exported = await exportApproval(actor, actOf(actor), input.data)
  if (!exported.ok) return no(exported.refusal.code)
  const { id, file } = exported.value
  return new Response(`${JSON.stringify(file, null, 2)}\n`, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="approval-${id}.json"`,
    },
  })
}
