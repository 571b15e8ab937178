import { posix } from 'node:path'

/** Where an import leads: a path of ours, a package by name, or a module of Node itself. */
export type Target =
  | { kind: 'ours'; path: string }
  | { kind: 'package'; name: string }
  | { kind: 'node'; name: string }

const packageName = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

export function resolve(from: string, specifier: string): Target {
  if (specifier.startsWith('@/')) return { kind: 'ours', path: posix.normalize(specifier.slice(2)) }
  if (specifier.startsWith('.'))
    return { kind: 'ours', path: posix.normalize(posix.join(posix.dirname(from), specifier)) }
  if (specifier.startsWith('node:')) return { kind: 'node', name: specifier }
  return { kind: 'package', name: packageName(specifier) }
}
