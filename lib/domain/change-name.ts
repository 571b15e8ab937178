import type { RuleChange, RuleFacts } from './rule-change'

/** Whose or what a change is, also when it cannot be made: what its effect would say, as far as anybody knows. */
export const subjectOf = (change: RuleChange, facts: RuleFacts): string =>
  nameInChange(change) ??
  facts.person?.name ??
  facts.group?.name ??
  facts.webhook?.origin ??
  facts.trust?.agent?.slug ??
  facts.server?.server?.name ??
  facts.registration?.agent?.slug ??
  facts.template?.template?.name ??
  'Something that is gone'

function nameInChange(change: RuleChange): string | null {
  switch (change.kind) {
    case 'agent.add':
      return `Agent ${change.slug}`
    case 'server.add':
      return `Server ${change.name}`
    case 'scope.add':
      return `Scope ${change.action} on ${change.resource}`
    case 'template.add':
    case 'template.set':
      return `Template ${change.name}`
    case 'group.add':
      return `Group ${change.slug}`
    case 'issuer.put':
      return `Issuer ${change.issuer}`
    case 'domain.put':
    case 'domain.environment':
      return `Trust domain ${change.name}`
    case 'hours.set':
      return 'Working hours'
    default:
      return null
  }
}
