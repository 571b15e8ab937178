// Migrates in a process of its own: `migrate.ts <database> <folder with schema.prisma and migrations>`.
import { join } from 'node:path'
import { applyMigrations } from '@/lib/ops/migrations/apply'

const [url = '', folder = ''] = process.argv.slice(2)
console.log('begins')
await applyMigrations(url, {
  schemaPath: join(folder, 'schema.prisma'),
  migrationsDir: join(folder, 'migrations'),
})
process.exit(0)
