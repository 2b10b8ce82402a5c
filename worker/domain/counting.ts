import { type Application, applicationOf } from './catalogue.ts'
import { categoryOf, type DeviceSystem } from './category.ts'
import { type KeyRefusal, type LicenceKey, keyRefusal } from './licence-key.ts'
import type { Category, LeftOutReason, TenantUsage, UsageItem, UsageQuantity } from './usage.ts'

export type { LicenceKey } from './licence-key.ts'

/** A product on a device that holds a key. */
export interface KeyUse {
  keyId: string
  deviceId: string
  deviceName: string
  /** False for a reserve key, which waits for the active one to end. */
  active: boolean
  /** True while the activation has not been confirmed. */
  pending: boolean
}

export interface DeviceRecord extends DeviceSystem {
  id: string
  name: string
}

export interface CountedFrom {
  keys: LicenceKey[]
  uses: KeyUse[]
  /** Null where devices are not told apart by category. */
  devices: DeviceRecord[] | null
  /** `YYYY-MM-DD` */
  onUtcDay: string
  countSoftCancelled: boolean
}

/**
 * Counts each device once for each application that it uses with a key in force, and keeps why all else is left out.
 *
 * The answer is the same whatever the order of keys, uses and devices, and however often one is repeated. Of an
 * application, category and reason a device has at most one item.
 *
 * @throws Error where a use names a key that is not among `keys`
 * @see docs/vendors/kaspersky.md, "How usage is counted"
 */
export function countUsage(from: CountedFrom): TenantUsage {
  const keys = new Map(from.keys.map((key) => [key.id, key]))
  const deviceNames = new Map<string, string>()
  const found = new Map<string, FoundUse>()

  for (const [keyId, devices] of usesByKey(from.uses, deviceNames)) {
    const key = keys.get(keyId)
    if (key === undefined) throw new Error('a use names a key that is not in the list of keys')
    const use = foundUse(found, applicationOf(key.licenceName))
    const refusal = keyRefusal(key, from)
    for (const [deviceId, holding] of devices) {
      use.devices.set(deviceId, withKey(use.devices.get(deviceId) ?? nothing, refusal ?? holding))
    }
  }

  const records = from.devices === null ? null : recordsById(from.devices)
  const usage: TenantUsage = { quantities: [], items: [], applications: [] }
  for (const key of [...found.keys()].sort()) {
    const use = found.get(key)
    if (use === undefined) continue
    const { name, unit } = use.application
    usage.applications.push({ key, name, unit })
    const items = itemsOf(use, records, deviceNames)
    for (const quantity of quantitiesOf(use.application, items, records !== null))
      usage.quantities.push(quantity)
    for (const item of items) usage.items.push(item)
  }
  return usage
}

interface FoundUse {
  application: Application
  devices: Map<string, Standing>
}

/** How a device holds a key: in use, or why not. */
type Holding = 'in_use' | 'pending_activation' | 'reserve_key'

/** What a device's keys of one application came to, as bits: whether one counts, and each reason to leave one out. */
type Standing = number

const nothing: Standing = 0
const counts: Standing = 1

const reasons: readonly LeftOutReason[] = [
  'duplicate',
  'reserve_key',
  'pending_activation',
  'expired',
  'subscription_paused',
  'subscription_cancelled',
  'trial',
  'beta',
  'test',
  'oem',
]

function bitOf(reason: LeftOutReason): Standing {
  return 2 << reasons.indexOf(reason)
}

function withKey(standing: Standing, key: Holding | KeyRefusal): Standing {
  if (key !== 'in_use') return standing | bitOf(key)
  return standing & counts ? standing | bitOf('duplicate') : standing | counts
}

/**
 * Who holds each key, and how. Several products of a device under one key are one use, as good as the best of them.
 *
 * @param deviceNames is given each device's name; where rows differ, the one that sorts first
 */
function usesByKey(uses: KeyUse[], deviceNames: Map<string, string>): Map<string, Map<string, Holding>> {
  const byKey = new Map<string, Map<string, Holding>>()
  for (const use of uses) {
    const devices = byKey.get(use.keyId) ?? new Map<string, Holding>()
    byKey.set(use.keyId, devices)
    devices.set(use.deviceId, better(devices.get(use.deviceId), holdingOf(use)))

    const name = deviceNames.get(use.deviceId)
    if (!name || (use.deviceName && use.deviceName < name)) deviceNames.set(use.deviceId, use.deviceName)
  }
  return byKey
}

function holdingOf(use: KeyUse): Holding {
  if (!use.active) return 'reserve_key'
  return use.pending ? 'pending_activation' : 'in_use'
}

function better(one: Holding | undefined, other: Holding): Holding {
  if (one === 'in_use' || other === 'in_use') return 'in_use'
  return one === 'pending_activation' ? one : other
}

/** Licences of one application may spell its name differently; the one that sorts first is kept. */
function foundUse(found: Map<string, FoundUse>, application: Application): FoundUse {
  const before = found.get(application.key)
  if (before === undefined) {
    const use = { application, devices: new Map<string, Standing>() }
    found.set(application.key, use)
    return use
  }
  if (application.name < before.application.name) before.application = application
  return before
}

interface PlacedDevice {
  name: string
  category: Category
  warning: UsageItem['warning']
}

function recordsById(devices: DeviceRecord[]): Map<string, PlacedDevice> {
  const records = new Map<string, PlacedDevice>()
  for (const device of devices) {
    const placed = { name: device.name, ...categoryOf(device) }
    const before = records.get(device.id)
    if (before === undefined || sortText(placed) < sortText(before)) records.set(device.id, placed)
  }
  return records
}

function sortText(device: PlacedDevice): string {
  return `${device.category} ${device.warning} ${device.name}`
}

const unplaced: PlacedDevice = { name: '', category: 'workstation', warning: 'no_host_record' }

/** @param records null where devices are not told apart */
function itemsOf(
  use: FoundUse,
  records: Map<string, PlacedDevice> | null,
  deviceNames: Map<string, string>,
): UsageItem[] {
  const items: UsageItem[] = []
  for (const id of [...use.devices.keys()].sort()) {
    const record = records === null ? null : (records.get(id) ?? unplaced)
    const name = record?.name || deviceNames.get(id) || id
    const placed = record !== null && use.application.split ? record : null
    const item = {
      id,
      name,
      application: use.application.key,
      category: placed?.category ?? ('all' as const),
      warning: placed?.warning ?? null,
    }
    const standing = use.devices.get(id) ?? nothing
    if (standing & counts) items.push({ ...item, leftOut: null })
    for (const leftOut of reasons) if (standing & bitOf(leftOut)) items.push({ ...item, leftOut })
  }
  return items
}

function quantitiesOf(application: Application, items: UsageItem[], split: boolean): UsageQuantity[] {
  const categories: Category[] = split && application.split ? ['workstation', 'server', 'other'] : ['all']
  return categories.map((category) => ({
    application: application.key,
    category,
    quantity: items.filter((item) => item.leftOut === null && item.category === category).length,
  }))
}
