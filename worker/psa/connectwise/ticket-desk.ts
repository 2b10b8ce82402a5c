import { parseShape } from '../../vendor/http.ts'
import { recordId } from '../record-id.ts'
import { rejected } from '../rejected.ts'
import { screenOrigin } from '../screen-origin.ts'
import type { NewTicket, TicketDesk } from '../ticket-port.ts'
import type { ConnectWiseClient } from './client.ts'
import { equalTo } from './conditions.ts'
import { knownId, numbers } from './ids.ts'
import { allRows, rowsWithIds } from './read.ts'
import { ticketChoices } from './ticket-choices.ts'
import {
  KeyedTicket,
  keyedTicketFields,
  type NewServiceTicket,
  TicketRecord,
  TypedCompany,
  ticketFields,
  toState,
  typedCompanyFields,
} from './ticket-records.ts'

const ticketsPath = '/service/tickets'

/** The type that ConnectWise gives to the company of the MSP itself. */
const ownType = 'Owner'

/**
 * Tickets are service tickets.
 *
 * @param baseUrl the address people sign in at
 * @see docs/vendors/connectwise.md, "Tickets"
 */
export function ticketDesk(client: ConnectWiseClient, baseUrl: string): TicketDesk {
  return {
    choices: (list, board) => ticketChoices(client, list, board),
    ownCompany: () => ownCompany(client),

    async create(ticket) {
      const { id } = await client.write('POST', ticketsPath, newServiceTicket(client, ticket))
      return `${id}`
    },

    find: (key, companyId) => ticketWithKey(client, key, companyId),

    async states(ids) {
      const rows = await rowsWithIds(client, { path: ticketsPath, fields: ticketFields }, numbers(ids))
      return rows.map((row) => toState(parseShape(client.vendor, row, TicketRecord)))
    },

    async setStatus(id, status) {
      const value = { id: knownId(client, status) }
      const row = await client.write('PATCH', ticketPath(client, id), [
        { op: 'replace', path: 'status', value },
      ])
      if (parseShape(client.vendor, row, TicketRecord).status.id === value.id) return 'done'
      throw rejected(client.vendor, 200, `ticket ${id} did not take the status ${status}`)
    },

    async addNote(id, text) {
      await client.write('POST', `${ticketPath(client, id)}/notes`, { text, internalAnalysisFlag: true })
    },

    async url(id) {
      const ticket = recordId(id)
      if (ticket === null) return null
      const codebase = new URL(await client.apiRoot()).pathname.replace(/\/apis\/3\.0$/, '')
      return `${screenOrigin(baseUrl)}${codebase}/ConnectWise.aspx?routeTo=ServiceFV&recid=${ticket}`
    },
  }
}

function newServiceTicket(
  client: ConnectWiseClient,
  { key, companyId, title, text, filing }: NewTicket,
): NewServiceTicket {
  const reference = (id: string) => ({ id: knownId(client, id) })
  const { board, status, priority, type, assignee } = filing
  return {
    summary: title,
    recordType: 'ServiceTicket',
    company: reference(companyId),
    board: reference(board),
    status: reference(status),
    ...(priority === null ? {} : { priority: reference(priority) }),
    ...(type === null ? {} : { type: reference(type) }),
    ...(assignee === null ? {} : { owner: reference(assignee) }),
    initialDescription: text,
    externalXRef: key,
  }
}

function ticketPath(client: ConnectWiseClient, id: string): string {
  return `${ticketsPath}/${knownId(client, id)}`
}

/** Every ticket of the company is looked through: that tickets can be asked for by `externalXRef` is not certain. */
async function ticketWithKey(
  client: ConnectWiseClient,
  key: string,
  companyId: string,
): Promise<string | null> {
  const company = recordId(companyId)
  if (company === null) return null
  const conditions = equalTo('company/id', company)
  const rows = await allRows(client, { path: ticketsPath, fields: keyedTicketFields, conditions })
  const tickets = rows.map((row) => parseShape(client.vendor, row, KeyedTicket))
  const found = tickets.find(({ externalXRef }) => externalXRef === key)
  return found === undefined ? null : `${found.id}`
}

async function ownCompany(client: ConnectWiseClient): Promise<string | null> {
  const rows = await allRows(client, {
    path: '/company/companies',
    fields: typedCompanyFields,
    conditions: 'deletedFlag = false',
    childConditions: `types/name = "${ownType}"`,
  })
  const own = rows
    .map((row) => parseShape(client.vendor, row, TypedCompany))
    .filter(({ types }) => types?.some(({ name }) => name === ownType))
  return own.length === 1 ? `${own[0]?.id}` : null
}
