import type { Figure } from './numbers'

const count = (label: string, value: number): Figure => ({ label, value: value.toLocaleString('en') })

/** The largest unit that keeps the figure short; "None" where there is nothing to take the middle of. */
function span(label: string, seconds: number | null): Figure {
  if (seconds === null) return { label, value: 'None' }
  if (seconds < 120) return { label, value: String(Math.round(seconds)), unit: 's' }
  if (seconds < 7200) return { label, value: String(Math.round(seconds / 60)), unit: 'min' }
  return { label, value: String(Math.round(seconds / 3600)), unit: 'h' }
}

type RequesterNumbers = { filed: number; atOnce: number; medianSeconds: number | null; refused: number }

export const requesterFigures = (numbers: RequesterNumbers): Figure[] => [
  count('Filed, 7 days', numbers.filed),
  count('Allowed at once', numbers.atOnce),
  span('To countersign, median', numbers.medianSeconds),
  count('Refused or denied', numbers.refused),
]

type ApproverNumbers = { signed: number; denied: number; medianSeconds: number | null }

export const approverFigures = (numbers: ApproverNumbers, waiting: number): Figure[] => [
  count('Waiting for me', waiting),
  count('Signed, 7 days', numbers.signed),
  count('Denied, 7 days', numbers.denied),
  span('Filed to signed, median', numbers.medianSeconds),
]

type ComplianceNumbers = {
  entries: number
  refused: number
  revoked: number
  exports: number
  unreviewed: number
  unreviewedSeconds: number | null
}

export const complianceFigures = (numbers: ComplianceNumbers): Figure[] => [
  count('Entries in the trail, 7 days', numbers.entries),
  count('Refused', numbers.refused),
  count('Revoked', numbers.revoked),
  count('Exports', numbers.exports),
  ...(numbers.unreviewed > 0
    ? [count('Break-glass to review', numbers.unreviewed), span('Oldest of these', numbers.unreviewedSeconds)]
    : []),
]

type AdministratorNumbers = { live: number; agents: number; suspended: number; revoked: number }

export const administratorFigures = (numbers: AdministratorNumbers): Figure[] => [
  count('Live grants', numbers.live),
  count('Agents', numbers.agents),
  count('Suspended agents', numbers.suspended),
  count('Revoked, 7 days', numbers.revoked),
]
