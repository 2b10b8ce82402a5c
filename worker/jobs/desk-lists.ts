import { boardsInUse, brokenRules, type DeskLists } from '../domain/broken-rules.ts'
import type { RuleName } from '../domain/ticket-rule.ts'
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
  const lists = await deskLists(desk, boardsInUse(rules))
  const isOurs = rules.health.on && rules.health.company === null
  return brokenRules(rules, { ...lists, hasOwnCompany: !isOurs || (await desk.ownCompany()) !== null })
}

async function deskLists(desk: TicketDesk, boards: string[]): Promise<Omit<DeskLists, 'hasOwnCompany'>> {
  const [first = ''] = boards
  const ids = async (list: TicketList, board: string) =>
    new Set((await desk.choices(list, board)).map(({ id }) => id))
  const lists: Omit<DeskLists, 'hasOwnCompany'> = {
    boards: await ids('board', first),
    priorities: await ids('priority', first),
    assignees: await ids('assignee', first),
    statuses: new Map(),
    types: new Map(),
  }
  for (const board of boards.filter((each) => lists.boards.has(each))) {
    lists.statuses.set(board, await ids('status', board))
    lists.types.set(board, await ids('type', board))
  }
  return lists
}
