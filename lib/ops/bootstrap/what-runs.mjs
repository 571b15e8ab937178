// What a running product may load, read from package-lock.json as Node would find it. npm's own mark `devOptional`
// does not say it: it is on what an optional peer may want (browsers of tests) as well as on what an optional
// package has to have.
const FOLDER = 'node_modules/'

/** The place of every package that the product needs, or what it needs does, on any platform. */
export function pathsThatRun(packages) {
  const found = new Set([''])
  // A set is walked to its end, with what is added meanwhile.
  for (const path of found)
    for (const name of namesNeededBy(packages[path])) {
      const place = placeOf(packages, path, name)
      if (place !== undefined) found.add(place)
    }
  found.delete('')
  return found
}

const namesNeededBy = ({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }) => [
  ...Object.keys({ ...dependencies, ...optionalDependencies }),
  ...Object.keys(peerDependencies ?? {}).filter((name) => !peerDependenciesMeta?.[name]?.optional),
]

/** Where Node finds a package that one at `from` asks for: the nearest folder above. */
function placeOf(packages, from, name) {
  const here = `${from}${from && '/'}${FOLDER}${name}`
  if (here in packages) return here
  if (from === '') return undefined
  return placeOf(packages, from.slice(0, Math.max(from.lastIndexOf(`/${FOLDER}`), 0)), name)
}
