import type * as z from 'zod'
import type { List } from './client.ts'
import { companies, contractServices, contractServiceUnits, contracts, services } from './records.ts'

export interface Right {
  list: List<z.ZodObject>
  /** In words. */
  records: string
  /** Where it is in a security level, and how it is to be set. */
  place: string
}

const contractRights = 'Contracts, set to view all contracts and to add and edit them'

/**
 * Everything a run reads, and what of the API user's security level lets it.
 *
 * @see docs/vendors/autotask.md, "Rights of the API user"
 */
export const rights: Right[] = [
  { list: companies, records: 'organizations', place: 'CRM, set to view all organizations' },
  { list: contracts, records: 'contracts', place: contractRights },
  { list: services, records: 'services', place: 'Admin, set to view products and services' },
  { list: contractServices, records: 'the services of contracts', place: contractRights },
  { list: contractServiceUnits, records: 'the units of services', place: contractRights },
]

export function missingRight({ records, place }: Right): string {
  return (
    `The API user may not read ${records}. In Autotask open Admin > Resources/Users (HR) > Security Levels > the API ` +
    `user's level > ${place}.`
  )
}
