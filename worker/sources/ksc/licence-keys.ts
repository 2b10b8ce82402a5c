import * as z from 'zod'
import type { KeyUse, LicenceKey } from '../../domain/counting.ts'
import { VendorError } from '../../vendor/error.ts'
import { iteratedRows } from './listing.ts'
import type { KscSession } from './session.ts'
import { UtcDay, WholeNumber } from './values.ts'

/**
 * Every licence key of the session's server, those that only devices know of included.
 *
 * @throws VendorError `unexpected_reply` where a key's kind, state or end cannot be told: it would not be known
 *   whether its uses count
 * @see docs/vendors/kaspersky.md, "Licence keys"
 */
export async function licenceKeys(session: KscSession): Promise<LicenceKey[]> {
  const rows = await iteratedRows(session, {
    what: 'licence keys',
    method: 'LicenseKeys.EnumKeys',
    args: { pFields: Object.keys(KeyRow.shape), pFieldsToOrder: [], pOptions: {} },
    rows: KeyRows,
  })
  const keys = new Map<string, LicenceKey>()
  for (const row of rows) {
    const key = licenceKey(session.vendor, row)
    const before = keys.get(key.id)
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(key)) {
      throw unexpected(session.vendor, 'a licence key is listed twice with different facts')
    }
    keys.set(key.id, key)
  }
  return [...keys.values()]
}

/** Each product on each device that holds the key, as active or as reserve. */
export async function usesOf(session: KscSession, keyId: string): Promise<KeyUse[]> {
  const rows = await iteratedRows(session, {
    what: 'devices of a licence key',
    method: 'LicenseKeys.AcquireKeyHosts',
    args: {
      pInData: { KLLIC_SERIAL: keyId },
      pFields: Object.keys(UseRow.shape),
      pFieldsToOrder: [],
      pOptions: {},
    },
    rows: UseRows,
  })
  return rows.map((row) => ({
    keyId,
    deviceId: row.KLLICSRV_HOSTNAME,
    deviceName: row.KLLICSRV_HOSTDN,
    active: row.KLLICSRV_HOST_CURRENT,
    pending: row.KLLIC_LIC_IS_PENDING_SUBSCRIPTION,
  }))
}

const KeyRow = z.object({
  KLLIC_SERIAL: z.string().min(1),
  KLLIC_PROD_NAME: z.string().trim().min(1),
  KLLIC_KEY_TYPE: WholeNumber,
  KLLIC_LIMIT_DATE: UtcDay.optional(),
  KLLIC_LICTYPE_IS_SUBSCRIPTION: z.boolean().default(false),
  KLLIC_SUBSCRINFO_STATE: WholeNumber.optional(),
  KLLIC_SUBSCRINFO_ENDDATETYPE: WholeNumber.optional(),
  KLLIC_SUBSCRINFO_ENDDATE: UtcDay.optional(),
})
const KeyRows = z.array(KeyRow)

const UseRow = z.object({
  KLLICSRV_HOSTNAME: z.string().min(1),
  KLLICSRV_HOSTDN: z.string().default(''),
  KLLICSRV_HOST_CURRENT: z.boolean(),
  KLLIC_LIC_IS_PENDING_SUBSCRIPTION: z.boolean().default(false),
})
const UseRows = z.array(UseRow)

type KeyRow = z.output<typeof KeyRow>

function licenceKey(vendor: string, row: KeyRow): LicenceKey {
  const kind = kindOf(vendor, row)
  const key = { id: row.KLLIC_SERIAL, licenceName: row.KLLIC_PROD_NAME, kind }
  if (kind === 'subscription') {
    return { ...key, lastDay: subscriptionEnd(row), subscriptionState: stateOf(vendor, row) }
  }
  const lastDay = row.KLLIC_LIMIT_DATE ?? null
  if (kind === 'commercial' && lastDay === null) {
    throw unexpected(vendor, 'KLLIC_LIMIT_DATE: a commercial key has no last day')
  }
  return { ...key, lastDay, subscriptionState: null }
}

function kindOf(vendor: string, row: KeyRow): LicenceKey['kind'] {
  switch (row.KLLIC_KEY_TYPE) {
    case 1:
      return row.KLLIC_LICTYPE_IS_SUBSCRIPTION ? 'subscription' : 'commercial'
    case 2:
      return 'beta'
    case 3:
      return 'trial'
    case 4:
      return 'test'
    case 5:
      return 'oem'
    case 6:
      return 'subscription'
    default:
      throw unexpected(vendor, `KLLIC_KEY_TYPE: ${row.KLLIC_KEY_TYPE} is no kind of key that we know`)
  }
}

function stateOf(vendor: string, row: KeyRow): LicenceKey['subscriptionState'] {
  switch (row.KLLIC_SUBSCRINFO_STATE) {
    case 0:
      return 'active'
    case 1:
      return 'paused'
    case 2:
      return 'soft_cancelled'
    case 3:
      return 'hard_cancelled'
    default:
      throw unexpected(
        vendor,
        `KLLIC_SUBSCRINFO_STATE: ${row.KLLIC_SUBSCRINFO_STATE} is no state that we know`,
      )
  }
}

function subscriptionEnd(row: KeyRow): string | null {
  const endType = row.KLLIC_SUBSCRINFO_ENDDATETYPE
  if (endType === endTypes.unlimited || endType === endTypes.paused) return null
  return row.KLLIC_SUBSCRINFO_ENDDATE ?? row.KLLIC_LIMIT_DATE ?? null
}

const endTypes = { unlimited: 1, paused: 3 }

function unexpected(vendor: string, issues: string): VendorError {
  return new VendorError(vendor, { kind: 'unexpected_reply', issues })
}
