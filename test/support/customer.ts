import type { ManualQuantity } from '../../worker/domain/wanted.ts'
import { devices } from '../vendors/ksc/devices.ts'
import type { Host } from '../vendors/ksc/host.ts'
import { type Key, keyType } from '../vendors/ksc/key.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'

/** Licences by application, as Security Center spells them. */
const licences: Record<string, string> = {
  'kes-business-advanced':
    'Kaspersky Endpoint Security for Business Advanced. European Edition. 25-49 Node 1 year Base License',
  'kes-business-select':
    'Kaspersky Endpoint Security for Business Select. European Edition. 25-49 Node 1 year Base License',
}

export interface Devices {
  workstations?: number
  servers?: number
  others?: number
}

export interface Mapping {
  tenant: { connection: string; id: string }
  company: { connection: string; id: string }
  billing: boolean
  agreementId: string | null
  manualQuantity: ManualQuantity
}

/** A virtual server with its devices, and the company and agreement that it is billed to. */
export interface Customer {
  server: VirtualServer
  /** `connection/id` */
  tenant: string
  companyId: number
  agreementId: number
  /** As it is saved before the next run; to be changed at will. */
  mapping: Mapping
  /** From now on just so many devices use the application; none of a kind that is not given. */
  uses(count: Devices, application?: string): void
}

export interface CustomerOptions {
  manualQuantity?: ManualQuantity
  /** The second Security Center where `ksc2`. */
  center?: 'ksc' | 'ksc2'
  /** Another customer whose company and agreement this one is billed to as well. */
  billedWith?: Customer
  /** False where nobody mapped it. */
  mapped?: boolean
  /** `YYYY-MM-DD` */
  nextInvoiceDate?: string
  /** Of the agreement. */
  agreementId?: number
}

/** Keeps as many devices as it can when the count changes, like a customer does. */
export function usesOf(server: VirtualServer): Customer['uses'] {
  const known = new Map<string, { key: Key; hosts: Record<keyof Devices, Host[]> }>()
  return (count, application = 'kes-business-advanced') => {
    const product = licences[application] ?? application
    const use = known.get(application) ?? {
      key: server.addKey({ product, type: keyType.commercial, limitDate: '2099-12-31' }),
      hosts: { workstations: [], servers: [], others: [] },
    }
    known.set(application, use)
    for (const [kind, like] of [
      ['workstations', devices.workstation],
      ['servers', devices.server],
      ['others', devices.linux],
    ] as const) {
      const hosts = use.hosts[kind]
      const wanted = count[kind] ?? 0
      while (hosts.length < wanted) {
        const host = server.addHost({ ...like, name: `${like.name}-${hosts.length + 1}` })
        hosts.push(host)
        use.key.use(host)
      }
      for (const host of hosts.splice(wanted)) server.removeHost(host)
    }
  }
}
