/** What makes a seat the very one that was read, in SQL: another who gave it, or another time, is another seat. */
export const membershipRow = (of: string): string =>
  `concat_ws(' ', ${of}.group_id, ${of}.person_id, ${of}.added_by, (extract(epoch from ${of}.added) * 1000)::bigint)`

/** The same of a row that was read. */
export const membershipRowOf = (row: {
  groupId: string
  personId: string
  addedBy: string
  added: Date
}): string => [row.groupId, row.personId, row.addedBy, row.added.getTime()].join(' ')
