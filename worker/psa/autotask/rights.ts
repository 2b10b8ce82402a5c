import type * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import { rejected } from '../rejected.ts'
import type { List } from './client.ts'
import { isMissingRight } from './failure.ts'
import { companies, contractServices, contractServiceUnits, contracts, services } from './records.ts'

export interface Place {
  /** In words. */
  records: string
  /** Where it is in a security level, and how it is to be set. */
  place: string
}

export interface Right extends Place {
  list: List<z.ZodObject>
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

/** What tickets need beside that. It is never tried: who has no tickets made needs no such right. */
export const ticketRight: Place = {
  records: 'tickets',
  place: 'Service Desk, set to view all tickets and to add and edit them',
}

export const peopleRight: Place = {
  records: 'the people whom tickets may be assigned to',
  place: 'Admin, set to view resources and their service desk roles',
}

/** Does `work`; where a right is missing for it, the refusal says in words which one and where it is given. */
export async function withRight<T>(right: Place, doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof VendorError) || !isMissingRight(error.failure)) throw error
    const { status, reply } = error.failure
    throw rejected(error.vendor, status, `${missingRight(right, doing)} Autotask says: ${reply}`)
  }
}

/** @param doing what is not allowed, as a verb */
export function missingRight({ records, place }: Place, doing = 'read'): string {
  return (
    `The API user may not ${doing} ${records}. In Autotask open Admin > Resources/Users (HR) > Security Levels > the API ` +
    `user's level > ${place}.`
  )
}
