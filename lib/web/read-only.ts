import { availability } from '@/lib/data/availability'

/** Whether the database answers and takes no changes: its disk is full, or it is a standby. */
export const isReadOnly = (): boolean => availability() === 'read-only'
