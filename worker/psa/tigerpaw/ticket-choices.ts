import type { TicketChoice, TicketList } from '../ticket-port.ts'
import type { TigerpawClient } from './client.ts'
import { masterTable } from './read.ts'
import {
  BoardRecord,
  boardChoice,
  namedChoice,
  PriorityRecord,
  RepRecord,
  repChoice,
  StatusRecord,
  statusChoice,
  TypeRecord,
} from './ticket-records.ts'

/** All boards share their statuses and types. */
export async function ticketChoices(client: TigerpawClient, list: TicketList): Promise<TicketChoice[]> {
  return (await listed(client, list)).filter((choice) => choice !== null)
}

async function listed(client: TigerpawClient, list: TicketList): Promise<(TicketChoice | null)[]> {
  switch (list) {
    case 'board':
      return (await masterTable(client, 'dispatchboards', BoardRecord)).map(boardChoice)
    case 'status':
      return (await masterTable(client, 'serviceorders/statuses', StatusRecord)).map(statusChoice)
    case 'type':
      return (await masterTable(client, 'serviceOrders/types', TypeRecord)).map(({ Type }) =>
        namedChoice(Type),
      )
    case 'priority':
      return (await masterTable(client, 'priorities', PriorityRecord)).map(({ Priority }) =>
        namedChoice(Priority),
      )
    case 'assignee':
      return (await masterTable(client, 'reps/true', RepRecord)).map(repChoice)
  }
}
