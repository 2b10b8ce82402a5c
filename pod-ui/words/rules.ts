import { words } from './words.ts'

/** @param rule e.g. `event:critical`, `status:scan_overdue`, `health` */
export function ruleText(rule: string): string {
  const [group, name = ''] = rule.split(':')
  const texts: Record<string, string> =
    group === 'event' ? words.tickets.severities : group === 'status' ? words.tickets.reasons : {}
  return texts[name] ?? words.tickets.health
}
