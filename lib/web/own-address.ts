import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { settings } from '@/lib/usecases/facts/settings'

const NUMBERS = new Set(['127.0.0.1', '[::1]'])

/** The same page at the console's own name, when it was asked for by the number of that same address. */
export function nameFor(host: string, consoleUrl: string, path: string): string | null {
  const own = new URL(consoleUrl)
  if (own.hostname !== 'localhost' || !URL.canParse(`http://${host}`)) return null
  const asked = new URL(`http://${host}`)
  return NUMBERS.has(asked.hostname) && asked.port === own.port ? new URL(path, own).href : null
}

/** Passkeys and cookies need one name: whoever came by number goes on by name. */
export async function keepToOwnName(path: string): Promise<void> {
  const name = nameFor((await headers()).get('host') ?? '', settings().consoleUrl, path)
  if (name) redirect(name)
}
