import type { TicketChoice, TicketDesk, TicketList } from '../ticket-port.ts'
import { assignees } from './assignees.ts'
import type { AutotaskClient } from './client.ts'
import { autotaskId, autotaskIds } from './ids.ts'
import { knownId, ticketValues } from './new-ticket.ts'
import { once } from './once.ts'
import { withIds } from './read.ts'
import { peopleRight, ticketRight, withRight } from './rights.ts'
import { type PickList, type PickValue, ticketPicks } from './ticket-picks.ts'
import { completeStatus, tickets, toTicketState } from './ticket-records.ts'
import type { ZoneAnswer } from './zone.ts'

/** The MSP's own company in each Autotask. */
const ownCompanyId = '0'

/** For all who work in Autotask to read. */
const note = { noteType: 1, publish: 1 }
const longestNoteTitle = 250

/** More tickets with one key than this are never looked at. */
const mostSameKey = 10

/**
 * Tickets of Autotask. Picklists and the address of its screens are asked for once.
 *
 * @see docs/vendors/autotask.md, "Tickets"
 */
export function ticketDesk(
  client: AutotaskClient,
  askZone: () => Promise<ZoneAnswer>,
  now: () => Date,
): TicketDesk {
  const picks = once(() => withRight(ticketRight, 'read', () => ticketPicks(client)))
  const zone = once(askZone)
  const idOf = (what: string, id: string) => knownId(client.vendor, what, id)

  return {
    async choices(list) {
      if (!isPickList(list)) return withRight(peopleRight, 'read', () => assignees(client))
      return (await picks())[list].map((pick) => choiceOf(list, pick))
    },

    ownCompany: async () => ownCompanyId,

    async create(ticket) {
      const priorities = async () => (await picks()).priority
      const values = await ticketValues(client, ticket, priorities, now())
      return `${await withRight(ticketRight, 'add', () => client.create('Tickets', values))}`
    },

    async find(key, companyId) {
      const companyID = autotaskId(companyId)
      if (companyID === null) return null
      const found = await withRight(ticketRight, 'read', () =>
        client.first(
          tickets,
          [
            { op: 'eq', field: 'externalID', value: key },
            { op: 'eq', field: 'companyID', value: companyID },
          ],
          mostSameKey,
        ),
      )
      const ticket = found.find(({ externalID }) => externalID === key)
      return ticket === undefined ? null : `${ticket.id}`
    },

    async states(ids) {
      const found = await withRight(ticketRight, 'read', () =>
        withIds(client, tickets, 'id', autotaskIds(ids)),
      )
      return found.map(toTicketState)
    },

    async setStatus(id, status) {
      const change = { id: idOf('ticket', id), status: idOf('status', status) }
      await withRight(ticketRight, 'edit', () => client.update('Tickets', change))
      return 'done'
    },

    async addNote(id, text) {
      const ticketID = idOf('ticket', id)
      const title = (text.split('\n', 1)[0] ?? '').slice(0, longestNoteTitle)
      await withRight(ticketRight, 'edit', () =>
        client.create(`Tickets/${ticketID}/Notes`, { ticketID, title, description: text, ...note }),
      )
    },

    async url(id) {
      const ticketID = autotaskId(id)
      const answer = ticketID === null ? null : await zone()
      if (answer?.kind !== 'found' || answer.screens === null) return null
      return `${answer.screens}/Autotask/AutotaskExtend/ExecuteCommand.aspx?Code=OpenTicketDetail&TicketID=${ticketID}`
    },
  }
}

function isPickList(list: TicketList): list is PickList {
  return list !== 'assignee'
}

function choiceOf(list: PickList, { id, name }: PickValue): TicketChoice {
  return { id, name, ...(list === 'status' ? { closed: id === `${completeStatus}` } : {}) }
}
