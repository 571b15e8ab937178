import { webhookPermit } from '@/lib/domain/egress-settings'
import { plainAddress } from '@/lib/domain/plain-address'
import { parseStrictJson } from '@/lib/domain/strict-json'
import { addressProblem } from '@/lib/domain/webhook'
import { readBundleFile } from '@/lib/signals/bundle-file'
import { fetchJson } from '@/lib/signals/fetch-json'
import { settings } from './settings'

/** A bundle as an administrator gives it: pasted, by its address, or by its name in the operator's folder. */
export function bundleOf({ text, url, file }: { text: string; url: string; file: string }) {
  if (file) return readBundleFile(settings().bundles, file)
  return url ? fetched(url) : pasted(text)
}

const pasted = (text: string) => {
  const json = parseStrictJson(text)
  return json.ok ? json : { ...json, problem: `The bundle cannot be read. ${json.problem}` }
}

// Both administrators see the keys it holds now. Later ones are believed as they come from the same address.
async function fetched(text: string) {
  const url = plainAddress(text)
  if (!url) return { ok: false, problem: 'Give an address like https://spire.example/bundle.' } as const
  const permit = webhookPermit(settings())
  const problem = addressProblem(url, permit)
  return problem ? ({ ok: false, problem } as const) : fetchJson({ url, permit })
}
