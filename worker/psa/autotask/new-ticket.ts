import { VendorError } from '../../vendor/error.ts'
import { rejected } from '../rejected.ts'
import type { NewTicket } from '../ticket-port.ts'
import { roleOf } from './assignees.ts'
import type { AutotaskClient } from './client.ts'
import { autotaskId } from './ids.ts'
import { peopleRight, withRight } from './rights.ts'
import type { PickValue } from './ticket-picks.ts'

const dueAfterMs = 24 * 3_600_000

/** Where a read gave no answer before anything was sent. */
const waitSeconds = 60

/**
 * What is to be sent for the ticket. Autotask wants a priority, and somebody who is assigned wants a role: both are read
 * where that is needed.
 *
 * @param priorities those that are active
 * @throws VendorError whose failure always says that nothing was done
 */
export async function ticketValues(
  client: AutotaskClient,
  { key, companyId, title, text, filing }: NewTicket,
  priorities: () => Promise<PickValue[]>,
  now: Date,
): Promise<Record<string, string | number>> {
  const idOf = (what: string, id: string) => knownId(client.vendor, what, id)
  const values = {
    companyID: idOf('company', companyId),
    title,
    description: text,
    status: idOf('status', filing.status),
    queueID: idOf('queue', filing.board),
    dueDateTime: instant(new Date(now.getTime() + dueAfterMs)),
    externalID: key,
    ...(filing.type === null ? {} : { issueType: idOf('issue type', filing.type) }),
  }
  const given = filing.priority === null ? null : idOf('priority', filing.priority)
  const assignedResourceID = filing.assignee === null ? null : idOf('resource', filing.assignee)
  return beforeSending(async () => ({
    ...values,
    priority: given ?? (await usualPriority(client.vendor, priorities)),
    ...(assignedResourceID === null ? {} : await assignment(client, assignedResourceID)),
  }))
}

/**
 * The number of a record or of a value on a picklist.
 *
 * @throws VendorError where the text can't be one
 */
export function knownId(vendor: string, what: string, id: string): number {
  const number = autotaskId(id)
  if (number === null) throw notSent(vendor, `Autotask has no ${what} "${id}"`)
  return number
}

async function usualPriority(vendor: string, priorities: () => Promise<PickValue[]>): Promise<number> {
  const all = await priorities()
  const usual = all.find(({ isDefault }) => isDefault) ?? all[0]
  if (usual === undefined) throw notSent(vendor, 'Autotask has no active priority for tickets')
  return knownId(vendor, 'priority', usual.id)
}

async function assignment(client: AutotaskClient, assignedResourceID: number) {
  const assignedResourceRoleID = await withRight(peopleRight, 'read', () =>
    roleOf(client, assignedResourceID),
  )
  if (assignedResourceRoleID !== null) return { assignedResourceID, assignedResourceRoleID }
  throw notSent(
    client.vendor,
    `resource ${assignedResourceID} has no active service desk role; give one in Admin > Resources/Users (HR) > ` +
      'Resources/Users > the resource > Associations, or choose somebody else',
  )
}

/** A read that fails leaves nothing done, however it fails. */
async function beforeSending<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof VendorError) throw nothingDone(error)
    throw error
  }
}

function nothingDone(error: VendorError): VendorError {
  const { vendor, failure } = error
  switch (failure.kind) {
    case 'unavailable': {
      const retryAfterSeconds = failure.retryAfterSeconds ?? waitSeconds
      return new VendorError(vendor, { kind: 'throttled', retryAfterSeconds }, { cause: error })
    }
    case 'unexpected_reply':
      return notSent(vendor, `what the ticket needs could not be read (${failure.issues})`)
    case 'rejected':
    case 'throttled':
    case 'unauthorized':
      return error
  }
}

function notSent(vendor: string, why: string): VendorError {
  return rejected(vendor, 0, `nothing was sent: ${why}`)
}

/** In UTC, to the second. */
function instant(at: Date): string {
  return `${at.toISOString().slice(0, 19)}Z`
}
