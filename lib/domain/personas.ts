import { z } from 'zod'

/** The people of the demo, named by what they do. */
export const PERSONAS = {
  requester: 'requester',
  approver: 'approver',
  'second-approver': 'second approver',
  'compliance-officer': 'compliance officer',
  administrator: 'administrator',
} as const

export const Persona = z.enum([
  'requester',
  'approver',
  'second-approver',
  'compliance-officer',
  'administrator',
])
export type Persona = z.infer<typeof Persona>

/** Demo people come from an issuer of their own, so that no real identity can ever be theirs. */
export const DEMO_ISSUER = 'urn:countersign:demo'
