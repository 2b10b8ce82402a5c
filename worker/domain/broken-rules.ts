import { type Filing, filingOf, type RuleName, rulesInForce } from './ticket-rule.ts'
import type { TicketConnection } from './ticket-rules.ts'

/** What a PSA offers to file tickets under; ids. */
export interface DeskLists {
  boards: Set<string>
  priorities: Set<string>
  assignees: Set<string>
  /** By board. */
  statuses: Map<string, Set<string>>
  types: Map<string, Set<string>>
  /** False where tickets about tallypod itself need the MSP's own company, and the PSA does not tell it. */
  hasOwnCompany: boolean
}

/** Rules in force that the PSA no longer has something for, with what to do about it. */
export function brokenRules(
  rules: TicketConnection,
  lists: DeskLists,
): { rule: RuleName; message: string }[] {
  return rulesInForce(rules).flatMap((rule) => {
    const filing = filingOf(rules, rule)
    const missing = filing === null ? [] : missingOf(filing, lists)
    if (rule === 'health' && !lists.hasOwnCompany) return [{ rule, message: companyNeeded }]
    if (missing.length === 0) return []
    const message =
      `Tickets of this rule wait, because the PSA no longer has its ${missing.join(' and its ')}. ` +
      'Choose another under Tickets, then they are made.'
    return [{ rule, message }]
  })
}

/** Why a ticket about tallypod itself waits where nobody is known whom it is for. */
export const companyNeeded =
  'Tickets about tallypod itself wait for a company. Choose your own company under Tickets, General.'

function missingOf(filing: Filing, lists: DeskLists): string[] {
  const { board, statusNew, statusClosed, priority, type, assignee } = filing
  if (!lists.boards.has(board)) return [`board (${board})`]
  const statuses = lists.statuses.get(board) ?? new Set()
  const types = lists.types.get(board) ?? new Set()
  return [
    ...(statuses.has(statusNew) ? [] : [`status for new tickets (${statusNew})`]),
    ...(statuses.has(statusClosed) ? [] : [`status for closed tickets (${statusClosed})`]),
    ...(priority === null || lists.priorities.has(priority) ? [] : [`priority (${priority})`]),
    ...(type === null || types.has(type) ? [] : [`type (${type})`]),
    ...(assignee === null || lists.assignees.has(assignee) ? [] : [`member to assign (${assignee})`]),
  ]
}
