import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { recordId } from '../record-id.ts'
import { rejected } from '../rejected.ts'
import type { NewTicket, TicketDesk, TicketState } from '../ticket-port.ts'
import type { Criterion, TigerpawClient } from './client.ts'
import { allRows } from './paging.ts'
import { failureOf } from './problems.ts'
import { eachOf } from './read.ts'
import { ticketChoices } from './ticket-choices.ts'
import { isLocked, MadeOrder, OrderRecord, toState } from './ticket-records.ts'

/** How many numbers one search is asked for; no limit is known. */
const numbersPerSearch = 50

const orders = { path: '/api/serviceorders/search', name: 'ServiceOrders' as const, record: OrderRecord }

/**
 * Tickets are service orders. Statuses, types and priorities are known by their names alone, boards and reps by numbers.
 *
 * @see docs/vendors/tigerpaw.md, "Tickets"
 */
export function ticketDesk(client: TigerpawClient): TicketDesk {
  return {
    choices: (list) => ticketChoices(client, list),
    ownCompany: async () => null,

    async create(ticket) {
      const made = await client.write('POST', '/api/serviceorders', newOrder(client, ticket), MadeOrder)
      return `${made.ServiceOrderSummary.ServiceOrderNumber}`
    },

    find: (key, companyId) => orderWithKey(client, key, companyId),
    states: (ids) => states(client, ids),

    async setStatus(id, status) {
      const path = orderPath(client, id)
      const failure = await failureOf(() => client.write('PUT', path, { Status: status }, z.unknown()))
      if (failure === null) return 'done'
      if (failure.kind === 'rejected' && (await isOpenOnAScreen(client, path))) return 'locked'
      throw new VendorError(client.vendor, failure)
    },

    async addNote(id, text) {
      await client.write('POST', `${orderPath(client, id)}/notes`, { Note: text }, z.unknown())
    },

    url: async () => null,
  }
}

function newOrder(client: TigerpawClient, { key, companyId, title, text, filing }: NewTicket) {
  const { board, status, priority, type, assignee } = filing
  return {
    AccountNumber: numberOf(client, 'account', companyId),
    BriefDescription: title,
    WorkRequested: text,
    Reference: key,
    DispatchBoardNumber: numberOf(client, 'dispatch board', board),
    Status: status,
    ...(priority === null ? {} : { Priority: priority }),
    ...(type === null ? {} : { ServiceOrderType: type }),
    ...(assignee === null ? {} : { TechnicianAssigned: numberOf(client, 'rep', assignee) }),
  }
}

function orderPath(client: TigerpawClient, id: string): string {
  return `/api/serviceorders/${numberOf(client, 'service order', id)}`
}

function numberOf(client: TigerpawClient, what: string, id: string): number {
  const number = recordId(id)
  if (number !== null) return number
  throw rejected(client.vendor, 0, `nothing was sent: Tigerpaw has no ${what} "${id}"`)
}

async function orderWithKey(client: TigerpawClient, key: string, companyId: string): Promise<string | null> {
  const account = recordId(companyId)
  if (account === null) return null
  const criteria = [equal('Reference', key), equal('AccountNumber', companyId)]
  const found = await allRows(client.vendor, (range) => client.search(orders, criteria, range))
  const order = found.find(
    ({ ServiceOrder }) => ServiceOrder.Reference === key && ServiceOrder.AccountNumber === account,
  )
  return order === undefined ? null : `${order.ServiceOrderNumber}`
}

/** Whether a search finds every order is not told, so that the others are asked for one by one before they count as gone. */
async function states(client: TigerpawClient, ids: string[]): Promise<TicketState[]> {
  const numbers = [...new Set(ids.map((id) => recordId(id)).filter((number) => number !== null))]
  const found: OrderRecord[] = []
  for (let first = 0; first < numbers.length; first += numbersPerSearch) {
    found.push(...(await searched(client, numbers.slice(first, first + numbersPerSearch))))
  }
  const told = new Set(found.map(({ ServiceOrderNumber }) => ServiceOrderNumber))
  const others = await eachOf(
    numbers.filter((number) => !told.has(number)),
    (number) => client.record(`/api/serviceorders/${number}`, OrderRecord.nullable()),
  )
  return [...found, ...others.filter((order) => order !== null)].map(toState)
}

async function searched(client: TigerpawClient, numbers: number[]): Promise<OrderRecord[]> {
  const criteria = numbers.map((number) => equal('ServiceOrderNumber', `${number}`))
  const range = { startRow: 1, pageSize: numbersPerSearch }
  const { rows } = await client.search(orders, criteria, range)
  return rows.filter(({ ServiceOrderNumber }) => numbers.includes(ServiceOrderNumber))
}

function equal(SearchType: Criterion['SearchType'], text: string): Criterion {
  return { SearchType, MatchType: 'Equal', Criteria: text }
}

async function isOpenOnAScreen(client: TigerpawClient, path: string): Promise<boolean> {
  const order = await client.record(path, OrderRecord.nullable())
  return order !== null && isLocked(order)
}
