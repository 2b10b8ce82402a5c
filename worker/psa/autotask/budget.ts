import * as z from 'zod'
import { VendorError } from '../../vendor/error.ts'
import type { AutotaskClient } from './client.ts'

/** From this share of the requests of an hour on, the rest is left to the MSP's other programs. */
const mostPercent = 70

const waitSeconds = 300

const ThresholdInformation = z.object({
  externalRequestThreshold: z.number().positive(),
  currentTimeframeRequestCount: z.number().nonnegative(),
})

/** The share of the requests that all programs together may send in an hour which is used up, in whole percent. */
export async function usedPercent(client: AutotaskClient): Promise<number> {
  const { externalRequestThreshold, currentTimeframeRequestCount } = await client.get(
    'ThresholdInformation',
    ThresholdInformation,
  )
  return Math.floor((currentTimeframeRequestCount / externalRequestThreshold) * 100)
}

export function isUsedUp(percent: number): boolean {
  return percent >= mostPercent
}

/** @see docs/vendors/autotask.md, "Limits" */
export async function assertRoom(client: AutotaskClient): Promise<void> {
  if (!isUsedUp(await usedPercent(client))) return
  throw new VendorError(client.vendor, { kind: 'throttled', retryAfterSeconds: waitSeconds })
}
