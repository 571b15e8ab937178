import { z } from 'zod'

export const Sensitivity = z.union([z.literal(1), z.literal(2), z.literal(3)])
export type Sensitivity = z.infer<typeof Sensitivity>

export const SENSITIVITIES = { 1: 'Low', 2: 'Medium', 3: 'High' } as const satisfies Record<
  Sensitivity,
  string
>
