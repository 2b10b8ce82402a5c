import * as z from 'zod'
import type { DeviceRecord } from '../../domain/counting.ts'
import { chunkedRows, incomplete } from './listing.ts'
import type { KscSession } from './session.ts'
import { WholeNumber } from './values.ts'

/**
 * Every device that the session's own server has a record of.
 *
 * @throws VendorError where one comes twice: another would be missing, and be billed in the wrong category
 * @see docs/vendors/kaspersky.md, "Telling devices apart"
 */
export async function deviceRecords(session: KscSession): Promise<DeviceRecord[]> {
  const rows = await chunkedRows(session, {
    what: 'devices',
    method: 'HostGroup.FindHosts',
    args: {
      wstrFilter: '',
      vecFieldsToReturn: Object.keys(HostRow.shape),
      vecFieldsToOrder: [],
      pParams: { KLGRP_FIND_FROM_CUR_VS_ONLY: true },
    },
    rows: HostRows,
  })
  const distinct = new Set(rows.map((row) => row.KLHST_WKS_HOSTNAME)).size
  if (distinct !== rows.length) {
    throw incomplete(session.vendor, `${rows.length - distinct} of the ${rows.length} devices came twice`)
  }
  return rows.map((row) => ({
    id: row.KLHST_WKS_HOSTNAME,
    name: row.KLHST_WKS_DN,
    osName: row.KLHST_WKS_OS_NAME,
    platform: row.KLHST_WKS_PTYPE,
    computerType: row.KLHST_WKS_CTYPE,
  }))
}

const HostRow = z.object({
  KLHST_WKS_HOSTNAME: z.string().min(1),
  KLHST_WKS_DN: z.string().default(''),
  KLHST_WKS_OS_NAME: z.string().nullable().default(null),
  KLHST_WKS_CTYPE: WholeNumber.nullable().default(null),
  KLHST_WKS_PTYPE: WholeNumber.nullable().default(null),
})
const HostRows = z.array(HostRow)
