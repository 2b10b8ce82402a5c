import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import type { TicketList } from '../ticket-port.ts'
import type { AutotaskClient } from './client.ts'

/** Where a ticket holds what is chosen from a list of ours. */
const fieldOf = {
  board: 'queueID',
  status: 'status',
  type: 'issueType',
  priority: 'priority',
} satisfies Record<Exclude<TicketList, 'assignee'>, string>

export type PickList = keyof typeof fieldOf

/** What can be chosen on a picklist. */
export interface PickValue {
  id: string
  name: string
  /** Whether people find it chosen already. */
  isDefault: boolean
}

const Value = z.object({
  value: z.string(),
  label: z.string().nullish(),
  isDefaultValue: z.boolean().nullish(),
  sortOrder: z.number().nullish(),
  isActive: z.boolean().nullish(),
})

const Fields = z.object({
  fields: z.array(z.object({ name: z.string(), picklistValues: z.array(Value).nullish() })),
})

/** All that is active on each list, in the order in which people see it. One call. */
export async function ticketPicks(client: AutotaskClient): Promise<Record<PickList, PickValue[]>> {
  const { fields } = await client.get('Tickets/entityInformation/fields', Fields)

  function picks(list: PickList): PickValue[] {
    const field = fields.find(({ name }) => name.toLowerCase() === fieldOf[list].toLowerCase())
    if (field === undefined) {
      const issues = `tickets have no ${fieldOf[list]}`
      throw new VendorError(client.vendor, { kind: 'unexpected_reply', issues })
    }
    return (field.picklistValues ?? [])
      .filter(({ isActive }) => isActive !== false)
      .toSorted((a, b) => (a.sortOrder ?? 0) - (b.sortOrder ?? 0))
      .map(({ value, label, isDefaultValue }) => ({
        id: value,
        name: label || `#${value}`,
        isDefault: isDefaultValue === true,
      }))
  }

  return {
    board: picks('board'),
    status: picks('status'),
    type: picks('type'),
    priority: picks('priority'),
  }
}
