import { devices } from '../vendors/ksc/devices.ts'
import type { NewHost } from '../vendors/ksc/host.ts'

export const advanced = 'Kaspersky Endpoint Security for Business Advanced'
const select = 'Kaspersky Endpoint Security for Business Select'

/** A customer as the demo begins. */
export interface Plan {
  name: string
  devices: [NewHost, number][]
  /** `advanced` where absent. */
  licence?: string
  /** Last day, `YYYY-MM-DD`; without it the agreement runs on. */
  agreementEndsOn?: string
  /** False where nobody mapped it yet. */
  mapped?: boolean
  billing?: boolean
}

/** The first one is what anybody is shown first. */
export const plans: Plan[] = [
  {
    name: 'Acme',
    devices: [
      [devices.workstation, 90],
      [devices.server, 10],
    ],
  },
  {
    name: 'Alpine Sports',
    devices: [
      [devices.workstation, 42],
      [devices.server, 3],
    ],
  },
  {
    name: 'Baker & Sons',
    devices: [
      [devices.workstation, 12],
      [devices.linux, 4],
    ],
  },
  {
    name: 'Blue Harbour Hotel',
    devices: [
      [devices.workstation, 64],
      [devices.server, 5],
      [devices.mac, 9],
    ],
  },
  {
    name: 'Cedar Clinic',
    devices: [
      [devices.workstation, 88],
      [devices.domainController, 2],
      [devices.server, 6],
    ],
  },
  {
    name: 'Dorner Architects',
    devices: [
      [devices.mac, 23],
      [devices.workstation, 4],
    ],
  },
  {
    name: 'Elm Street School',
    devices: [
      [devices.workstation, 210],
      [devices.server, 8],
    ],
  },
  {
    name: 'Fischer Logistics',
    devices: [
      [devices.workstation, 75],
      [devices.android, 31],
    ],
  },
  {
    name: 'Gartner Tools',
    devices: [
      [devices.workstation, 55],
      [devices.server, 4],
    ],
  },
  { name: 'Harbour Freight', devices: [[devices.workstation, 38]] },
  {
    name: 'Iris Optics',
    devices: [
      [devices.workstation, 17],
      [devices.namelessServer, 1],
    ],
  },
  { name: 'Jansen Bakery', devices: [[devices.workstation, 9]] },
  {
    name: 'Kline Insurance',
    devices: [
      [devices.workstation, 61],
      [devices.server, 3],
    ],
  },
  {
    name: 'Lindner Metal',
    devices: [
      [devices.workstation, 47],
      [devices.withoutRecord, 3],
    ],
  },
  { name: 'Moss Garden Centre', devices: [[devices.workstation, 14]] },
  {
    name: 'North Pier Marina',
    devices: [
      [devices.workstation, 22],
      [devices.linux, 2],
    ],
  },
  {
    name: 'Otto Print',
    devices: [
      [devices.workstation, 33],
      [devices.mac, 12],
    ],
  },
  { name: 'Pine Valley Dental', devices: [[devices.workstation, 18]] },
  { name: 'Quarry Stone', devices: [[devices.workstation, 27]], agreementEndsOn: '2025-12-31' },
  {
    name: 'Riverside Council',
    devices: [
      [devices.workstation, 140],
      [devices.server, 12],
    ],
  },
  { name: 'Summit Legal', devices: [[devices.workstation, 36]], licence: select },
  { name: 'Tilly Toys', devices: [[devices.workstation, 21]], billing: false },
  {
    name: 'Union Brewery',
    devices: [
      [devices.workstation, 29],
      [devices.server, 2],
    ],
    mapped: false,
  },
  { name: 'Velvet Theatre', devices: [[devices.workstation, 16]], licence: select },
  { name: 'Winter Ski School', devices: [[devices.workstation, 44]] },
]
