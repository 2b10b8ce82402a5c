import { VendorError } from '../vendor/error.ts'

/** @param status the one of the answer; 0 where nothing was sent, and then `reply` is in our own words */
export function rejected(vendor: string, status: number, reply: string): VendorError {
  return new VendorError(vendor, { kind: 'rejected', status, reply: reply.slice(0, 500) })
}
