import * as z from 'zod'
import type { TicketState } from '../ticket-port.ts'
import type { List } from './client.ts'

export const tickets = {
  entity: 'Tickets',
  record: z.object({
    id: z.int(),
    status: z.int(),
    completedDate: z.string().nullish(),
    externalID: z.string().nullish(),
  }),
} satisfies List<z.ZodObject>

/** People, and the users that programs sign in as. */
export const resources = {
  entity: 'Resources',
  record: z.object({
    id: z.int(),
    firstName: z.string().nullish(),
    lastName: z.string().nullish(),
    licenseType: z.int().nullish(),
  }),
} satisfies List<z.ZodObject>

/** As what a resource may be assigned tickets. */
export type ServiceDeskRole = z.output<typeof serviceDeskRoles.record>
export const serviceDeskRoles = {
  entity: 'ResourceServiceDeskRoles',
  record: z.object({
    id: z.int(),
    resourceID: z.int(),
    roleID: z.int(),
    isDefault: z.boolean().nullish(),
  }),
} satisfies List<z.ZodObject>

/** The one status that is the same in each Autotask. */
export const completeStatus = 5

/** @see docs/vendors/autotask.md, "Tickets" */
export function toTicketState({ id, status, completedDate }: z.output<typeof tickets.record>): TicketState {
  return { id: `${id}`, status: `${status}`, closed: status === completeStatus || completedDate != null }
}
