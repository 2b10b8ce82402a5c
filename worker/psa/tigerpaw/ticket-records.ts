import * as z from 'zod'
import { dayOf, present } from '../record-fields.ts'
import type { TicketChoice, TicketState } from '../ticket-port.ts'
import { Id } from './records.ts'

export const OrderRecord = z.object({
  ServiceOrderNumber: Id,
  ServiceOrder: present(
    z.object({
      AccountNumber: z.int().nullish(),
      Reference: z.string().nullish(),
      Status: present(z.string()),
      DateTimeClosed: z.string().nullish(),
      VoidDate: z.string().nullish(),
    }),
  ),
  ServiceOrderLock: z
    .object({ LockingRepNumber: z.int().nullish(), LockingRepName: z.string().nullish() })
    .nullish(),
})
export type OrderRecord = z.output<typeof OrderRecord>

/** The answer to a new order. */
export const MadeOrder = z.object({ ServiceOrderSummary: present(z.object({ ServiceOrderNumber: Id })) })

export const BoardRecord = z.object({ DispatchBoardId: Id, Description: z.string().nullish() })
export const PriorityRecord = z.object({ Priority: z.string().nullish() })
export const StatusRecord = z.object({ Status: z.string().nullish() })
export const TypeRecord = z.object({ Type: z.string().nullish() })

export const RepRecord = z.object({
  RepNumber: Id,
  Inactive: z.boolean().nullish(),
  DisplayName: z.string().nullish(),
  FirstName: z.string().nullish(),
  LastName: z.string().nullish(),
})

export function toState({ ServiceOrderNumber, ServiceOrder }: OrderRecord): TicketState {
  const { Status, DateTimeClosed, VoidDate } = ServiceOrder
  return {
    id: `${ServiceOrderNumber}`,
    status: Status,
    closed: isClosedStatus(Status) || isInstant(DateTimeClosed) || isInstant(VoidDate),
  }
}

export function isLocked({ ServiceOrderLock }: OrderRecord): boolean {
  return Boolean(ServiceOrderLock?.LockingRepNumber || ServiceOrderLock?.LockingRepName?.trim())
}

/** Null where the status has no name to choose it by. */
export function statusChoice({ Status }: z.output<typeof StatusRecord>): TicketChoice | null {
  const choice = namedChoice(Status)
  return choice !== null && isClosedStatus(choice.id) ? { ...choice, closed: true } : choice
}

/** Null where there is no name to choose it by. */
export function namedChoice(name: string | null | undefined): TicketChoice | null {
  return name?.trim() ? { id: name, name } : null
}

export function boardChoice({ DispatchBoardId, Description }: z.output<typeof BoardRecord>): TicketChoice {
  return { id: `${DispatchBoardId}`, name: Description?.trim() || `#${DispatchBoardId}` }
}

/** Null for a rep who is not there any more. */
export function repChoice(rep: z.output<typeof RepRecord>): TicketChoice | null {
  if (rep.Inactive) return null
  const fullName = [rep.FirstName, rep.LastName].filter(Boolean).join(' ')
  return { id: `${rep.RepNumber}`, name: rep.DisplayName?.trim() || fullName || `#${rep.RepNumber}` }
}

/**
 * Tigerpaw marks no status as closing; these two it brings itself.
 *
 * @see docs/vendors/tigerpaw.md, "Tickets"
 */
function isClosedStatus(status: string): boolean {
  return ['closed', 'void'].includes(status.trim().toLowerCase())
}

/** Tigerpaw writes days up to 1900 where there is none. */
function isInstant(text: string | null | undefined): boolean {
  const day = dayOf(text ?? '')
  return day !== null && day >= '1901'
}
