/** What has begun and soon ends: requests, messages, whoever waits. */
export type UnderWay<T> = {
  /** The place it has until it ends. Another has it afterwards. */
  begin: (one: T) => number
  /** What had this place, once. */
  end: (place: number) => T | undefined
  all: () => T[]
}

/**
 * A list of what comes and goes all the time. No `Set` and no `Map`: those move to a new table every few comings and
 * goings, and each old table knows the one after it. As soon as one of them has lived long, it keeps alive whatever was in
 * any table since, and everything that hangs on it, until all of the memory is swept: collections of the young took four
 * times as long in an authority that answers many.
 */
export function underWay<T extends object>(): UnderWay<T> {
  const places: (T | null)[] = []
  const free: number[] = []
  return {
    begin: (one) => {
      const place = free.pop() ?? places.length
      places[place] = one
      return place
    },
    end: (place) => {
      const one = places[place]
      if (!one) return undefined
      places[place] = null
      free.push(place)
      return one
    },
    all: () => places.filter((one) => one !== null),
  }
}
