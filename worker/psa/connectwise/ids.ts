import { VendorError } from '../../vendor/error.ts'
import { recordId } from '../record-id.ts'
import type { ConnectWiseClient } from './client.ts'

/** Text that can't be an id names nothing in ConnectWise. */
export function numbers(ids: string[]): number[] {
  return ids.map((id) => recordId(id)).filter((id) => id !== null)
}

/** @throws VendorError for text that can't be an id; nothing was sent */
export function knownId(client: ConnectWiseClient, id: string): number {
  const number = recordId(id)
  if (number !== null) return number
  throw new VendorError(client.vendor, {
    kind: 'rejected',
    status: 404,
    reply: `no record has the id "${id}"`,
  })
}
