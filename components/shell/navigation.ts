export type NavigationItem = {
  label: string
  href: string
  count?: number | undefined
  /** Items of one group stand together; a line separates groups. */
  group: number
}

/** The entry whose page this is, or that leads to it: the longest one that the path starts with. */
export function currentItem(items: readonly NavigationItem[], path: string) {
  const leadsTo = ({ href }: NavigationItem) => path === href || (href !== '/' && path.startsWith(`${href}/`))
  return items
    .filter(leadsTo)
    .reduce<NavigationItem | undefined>(
      (best, item) => (best && best.href.length >= item.href.length ? best : item),
      undefined,
    )
}

export const opensGroup = (items: readonly NavigationItem[], index: number) =>
  index > 0 && items[index]?.group !== items[index - 1]?.group
