import * as z from 'zod'
import { present } from '../record-fields.ts'
import type { TicketChoice, TicketState } from '../ticket-port.ts'

const Id = present(z.int())
const Reference = present(z.object({ id: Id }))

export const TicketRecord = z.object({ id: Id, status: Reference, closedFlag: z.boolean().nullish() })
export const ticketFields = 'id,status/id,closedFlag'

export const KeyedTicket = z.object({ id: Id, externalXRef: z.string().nullish() })
export const keyedTicketFields = 'id,externalXRef'

/** What of a board, a status, a type or a priority is read; the flags differ from one to the other. */
export const SetupRecord = z.object({
  id: Id,
  name: z.string().nullish(),
  sortOrder: z.number().nullish(),
  projectFlag: z.boolean().nullish(),
  inactiveFlag: z.boolean().nullish(),
  inactive: z.boolean().nullish(),
  closedStatus: z.boolean().nullish(),
})
type SetupRecord = z.output<typeof SetupRecord>

export const MemberRecord = z.object({
  id: Id,
  identifier: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  licenseClass: z.string().nullish(),
  inactiveFlag: z.boolean().nullish(),
})
export const memberFields = 'id,identifier,firstName,lastName,licenseClass,inactiveFlag'

export const TypedCompany = z.object({
  id: Id,
  types: z.array(z.object({ name: z.string().nullish() })).nullish(),
})
export const typedCompanyFields = 'id,types/name'

/** What a new ticket is sent with. */
export interface NewServiceTicket {
  summary: string
  recordType: 'ServiceTicket'
  company: { id: number }
  board: { id: number }
  status: { id: number }
  priority?: { id: number }
  type?: { id: number }
  owner?: { id: number }
  /** Becomes the ticket's first note, which customers may see. */
  initialDescription: string
  externalXRef: string
}

export function toState({ id, status, closedFlag }: z.output<typeof TicketRecord>): TicketState {
  return { id: `${id}`, status: `${status.id}`, closed: closedFlag === true }
}

export function isInUse({ inactiveFlag, inactive, projectFlag }: SetupRecord): boolean {
  return !inactiveFlag && !inactive && !projectFlag
}

export function setupChoice({ id, name }: SetupRecord): TicketChoice {
  return { id: `${id}`, name: name?.trim() || `#${id}` }
}

export function statusChoice(status: SetupRecord): TicketChoice {
  return { ...setupChoice(status), closed: status.closedStatus === true }
}

/** Null for somebody who is not there any more, and for a program. */
export function memberChoice(member: z.output<typeof MemberRecord>): TicketChoice | null {
  if (member.inactiveFlag || member.licenseClass === 'A') return null
  const name = [member.firstName, member.lastName].filter(Boolean).join(' ')
  return { id: `${member.id}`, name: name || member.identifier || `#${member.id}` }
}
