import { parseShape } from '../../vendor/http.ts'
import { recordId } from '../record-id.ts'
import type { TicketChoice, TicketList } from '../ticket-port.ts'
import type { ConnectWiseClient, Row } from './client.ts'
import { allRows, rowsBelow } from './read.ts'
import {
  isInUse,
  MemberRecord,
  memberChoice,
  memberFields,
  SetupRecord,
  setupChoice,
  statusChoice,
} from './ticket-records.ts'

/** Statuses and types are each one board's own. What is out of use is left out here: not every server can filter by it. */
export async function ticketChoices(
  client: ConnectWiseClient,
  list: TicketList,
  board: string,
): Promise<TicketChoice[]> {
  switch (list) {
    case 'board':
      return setupChoices(
        client,
        await allRows(client, { path: '/service/boards', fields: 'id,name,projectFlag,inactiveFlag' }),
      )
    case 'status': {
      const rows = await rowsOfBoard(client, board, 'statuses', 'id,name,sortOrder,inactive,closedStatus')
      return inUse(client, rows).map(statusChoice)
    }
    case 'type':
      return setupChoices(client, await rowsOfBoard(client, board, 'types', 'id,name,inactiveFlag'))
    case 'priority':
      return setupChoices(
        client,
        await allRows(client, { path: '/service/priorities', fields: 'id,name,sortOrder' }),
      )
    case 'assignee': {
      const rows = await allRows(client, { path: '/system/members', fields: memberFields })
      const members = rows.map((row) => memberChoice(parseShape(client.vendor, row, MemberRecord)))
      return members.filter((member) => member !== null)
    }
  }
}

async function rowsOfBoard(
  client: ConnectWiseClient,
  board: string,
  list: string,
  fields: string,
): Promise<Row[]> {
  const id = recordId(board)
  if (id === null) return []
  return (await rowsBelow(client, { path: `/service/boards/${id}/${list}`, fields })) ?? []
}

function setupChoices(client: ConnectWiseClient, rows: Row[]): TicketChoice[] {
  return inUse(client, rows).map(setupChoice)
}

function inUse(client: ConnectWiseClient, rows: Row[]) {
  return rows
    .map((row) => parseShape(client.vendor, row, SetupRecord))
    .filter(isInUse)
    .toSorted((a, b) => (a.sortOrder ?? 0) - (b.sortOrder ?? 0))
}
