export const REQUEST_COLUMNS = [
  { label: 'Request' },
  { label: 'State' },
  { label: 'Requester' },
  { label: 'Sensitivity', className: 'less' },
  { label: 'Duration', className: 'less' },
  { label: 'Signed', className: 'less' },
  { label: 'Filed' },
] as const
