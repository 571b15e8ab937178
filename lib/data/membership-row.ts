/** What makes a seat the very one that was read, in SQL: another who gave it, or another time, is another seat. */
export const membershipRow = (of: string): string =>
  `concat_ws(' ', ${of}.group_id, ${of}.person_id, ${of}.added_by, (extract(epoch from ${of}.added) * 1000)::bigint)`

/** The same of a seat that counts in another group, which its own is inside of. */
export const nestedRow = (seat: string, reach: string): string =>
  `concat_ws(' ', ${membershipRow(seat)}, ${reach}.outer_id, (extract(epoch from ${reach}.since) * 1000)::bigint)`

/** The same of rows that were read. */
export const nestedRowOf = (
  seat: Parameters<typeof membershipRowOf>[0],
  reach: { outerId: string; since: Date },
): string => [membershipRowOf(seat), reach.outerId, reach.since.getTime()].join(' ')

/** The same of a row that was read. */
export const membershipRowOf = (row: {
  groupId: string
  personId: string
  addedBy: string
  added: Date
}): string => [row.groupId, row.personId, row.addedBy, row.added.getTime()].join(' ')
