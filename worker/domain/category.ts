/** What a device record says about its system; null where it says nothing. */
export interface DeviceSystem {
  osName: string | null
  /** Number of the platform (`KLHST_WKS_PTYPE`). */
  platform: number | null
  /** Bits of the computer type (`KLHST_WKS_CTYPE`). */
  computerType: number | null
}

export interface DeviceCategory {
  category: 'workstation' | 'server' | 'other'
  warning: 'contradicting_system' | null
}

/**
 * Windows workstation, Windows server or anything else. The system's name decides where it tells, since it is not
 * translated; platform and computer type fill in where it does not, and are held against it where it does.
 *
 * @see docs/vendors/kaspersky.md, "Telling devices apart"
 */
export function categoryOf(system: DeviceSystem): DeviceCategory {
  const name = (system.osName ?? '').trim().toLowerCase()
  const named = systemNamed(name)
  const category = named ?? categoryByNumbers(system, isPlainWindows(name))
  const contradicted = named !== null && contradicts(named, system)
  return { category, warning: contradicted ? 'contradicting_system' : null }
}

type Named = DeviceCategory['category'] | null

/** Null where the name does not tell: empty, unknown, or Windows of no stated version. */
function systemNamed(name: string): Named {
  if (name === '' || isPlainWindows(name)) return null
  if (/^(microsoft )?windows (mobile|phone|ce)\b/.test(name)) return 'other'
  if (/^(microsoft )?windows /.test(name)) return /\bserver\b/.test(name) ? 'server' : 'workstation'
  return otherSystems.test(name) ? 'other' : null
}

function isPlainWindows(name: string): boolean {
  return /^<?microsoft windows>?$/.test(name)
}

function categoryByNumbers(system: DeviceSystem, windowsByName: boolean): DeviceCategory['category'] {
  if (!windowsByName && !isWindowsByNumbers(system)) return 'other'
  return hasBits(system, serverBits) ? 'server' : 'workstation'
}

function isWindowsByNumbers(system: DeviceSystem): boolean {
  const platform = system.platform ?? platforms.unknown
  if (platform === platforms.windows) return true
  const platformTellsNothing =
    platform === platforms.unknown || platform === platforms.dos || platform === platforms.os2
  return (
    platformTellsNothing &&
    hasBits(system, bits.windowsNt | bits.windows) &&
    !hasBits(system, bits.unix | bits.linux | bits.freeBsd)
  )
}

/** True where platform or computer type clearly name another system; what they leave open contradicts nothing. */
function contradicts(named: DeviceCategory['category'], system: DeviceSystem): boolean {
  if (named === 'other') {
    return system.platform === platforms.windows || hasBits(system, bits.windowsServer)
  }
  const platform = system.platform ?? platforms.unknown
  const otherPlatform = platform > platforms.os2 && platform !== platforms.windows
  if (otherPlatform || hasBits(system, bits.unix)) return true
  if (named === 'workstation') return hasBits(system, serverBits)
  return hasBits(system, bits.windowsNt) && !hasBits(system, serverBits)
}

function hasBits(system: DeviceSystem, mask: number): boolean {
  return ((system.computerType ?? 0) & mask) !== 0
}

const platforms = { unknown: -1, dos: 0, os2: 1, windows: 2 }

const bits = {
  domainController: 0x8,
  backupDomainController: 0x10,
  unix: 0x800,
  windowsNt: 0x1000,
  freeBsd: 0x2000,
  windowsServer: 0x8000,
  linux: 0x200000,
  windows: 0x400000,
}

/** Domain controllers may lack the bit of Windows Server, so theirs count as well. */
const serverBits = bits.windowsServer | bits.domainController | bits.backupDomainController

const otherSystems =
  /linux|unix|bsd|\bmac ?os\b|os x|\bios\b|ipados|android|netware|symbian|blackberry|uefi|ubuntu|debian|red hat|centos|suse|fedora/
