import { brokenRules, type DeskLists } from '../domain/broken-rules.ts'
import { filingsInForce, type RuleName } from '../domain/ticket-rule.ts'
import type { TicketConnection } from '../domain/ticket-rules.ts'
import type { TicketDesk, TicketList } from '../psa/ticket-port.ts'

/**
 * Rules in force for which the PSA lacks something now.
 *
 * @throws VendorError where it could not be asked
 */
export async function brokenRulesAt(
  desk: TicketDesk,
  rules: TicketConnection,
): Promise<{ rule: RuleName; message: string }[]> {
  const lists = await deskLists(desk, rules)
  const isOurs = rules.health.on && rules.health.company === null
  return brokenRules(rules, { ...lists, hasOwnCompany: !isOurs || (await desk.ownCompany()) !== null })
}

/** Nothing is read that no rule in force uses: the right to read it may be missing. */
async function deskLists(
  desk: TicketDesk,
  rules: TicketConnection,
): Promise<Omit<DeskLists, 'hasOwnCompany'>> {
  const filings = filingsInForce(rules)
  const ids = async (list: TicketList, board: string) =>
    new Set((await desk.choices(list, board)).map(({ id }) => id))
  const used = async (list: 'priority' | 'assignee') =>
    filings.some((filing) => filing[list] !== null) ? ids(list, '') : new Set<string>()
  const lists: Omit<DeskLists, 'hasOwnCompany'> = {
    boards: await ids('board', ''),
    priorities: await used('priority'),
    assignees: await used('assignee'),
    statuses: new Map(),
    types: new Map(),
  }
  for (const [board, on] of Map.groupBy(filings, (filing) => filing.board)) {
    if (!lists.boards.has(board)) continue
    lists.statuses.set(board, await ids('status', board))
    if (on.some(({ type }) => type !== null)) lists.types.set(board, await ids('type', board))
  }
  return lists
}
