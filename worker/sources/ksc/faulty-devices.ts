import * as z from 'zod'
import { deviceStatuses, type FaultLevel } from '../../domain/ticket-rules.ts'
import type { FaultyDevice } from '../watch-port.ts'
import { chunkedRows, incomplete } from './listing.ts'
import type { KscSession } from './session.ts'
import { WholeNumber } from './values.ts'

/** `KLHST_WKS_STATUS_ID`; 0 is OK. */
const levels = new Map<number, FaultLevel>([
  [1, 'critical'],
  [2, 'warning'],
])

/**
 * Every device of the session's own server that is Critical or Warning, with the reasons that we know.
 *
 * @throws VendorError where one comes twice: another would be missing, and its ticket be closed
 * @see docs/vendors/kaspersky.md, "Device status"
 */
export async function faultyDevices(session: KscSession): Promise<FaultyDevice[]> {
  const rows = await chunkedRows(session, {
    what: 'devices',
    method: 'HostGroup.FindHosts',
    args: {
      wstrFilter: '(|(KLHST_WKS_STATUS_ID=1)(KLHST_WKS_STATUS_ID=2))',
      vecFieldsToReturn: Object.keys(HostRow.shape),
      vecFieldsToOrder: [],
      pParams: { KLGRP_FIND_FROM_CUR_VS_ONLY: true },
    },
    rows: z.array(HostRow),
  })
  const distinct = new Set(rows.map((row) => row.KLHST_WKS_HOSTNAME)).size
  if (distinct !== rows.length) {
    throw incomplete(session.vendor, `${rows.length - distinct} of the ${rows.length} devices came twice`)
  }
  return rows.flatMap((row) => {
    const level = levels.get(row.KLHST_WKS_STATUS_ID)
    if (level === undefined) return []
    const id = row.KLHST_WKS_HOSTNAME
    return [{ id, name: row.KLHST_WKS_DN || id, level, reasons: reasonsIn(row.KLHST_WKS_STATUS_MASK) }]
  })
}

/** Bits above those that we know are left out. */
function reasonsIn(mask: number): FaultyDevice['reasons'] {
  return deviceStatuses.filter((_, bit) => Math.floor(mask / 2 ** bit) % 2 === 1)
}

const HostRow = z.object({
  KLHST_WKS_HOSTNAME: z.string().min(1),
  KLHST_WKS_DN: z.string().nullish(),
  KLHST_WKS_STATUS_ID: WholeNumber,
  KLHST_WKS_STATUS_MASK: WholeNumber.default(0),
})
