import type { TemplateChange } from '@/lib/domain/template-change'
import { expectOne, type Tx } from './commit'
import type { Agreed } from './write-people'

/** Adds a template, or changes or retires one over the version that was read. What was filed with it stays. */
export async function writeTemplateChange(
  tx: Tx,
  change: TemplateChange,
  { tenantId, effect, now }: Agreed,
): Promise<void> {
  const { templateId: id, agentId } = change
  if (change.kind === 'template.add') {
    const { kind: _, templateId: __, ...row } = change
    const position = await tx.template.count({ where: { tenantId } })
    await tx.template.create({ data: { ...row, id, tenantId, position } })
    return
  }
  const where = { id, agentId, tenantId, retired: null, rev: effect.rev }
  const rev = { increment: 1 }
  if (change.kind === 'template.retire') {
    expectOne(await tx.template.updateMany({ where, data: { retired: now, rev } }))
    return
  }
  const { kind: _, templateId: __, agentId: ___, ...terms } = change
  expectOne(await tx.template.updateMany({ where, data: { ...terms, rev } }))
}
