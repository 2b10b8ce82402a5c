import type { Client } from '../support/client.ts'
import type { DemoPsa, Named, Products } from './psa.ts'

/** A workspace of Endpoint Security Cloud, which the MSP knows by its licence report alone. */
export interface Workspace {
  id: string
  name: string
  company: Named
  agreement: Named
  priceLevelId: string | null
}

type Counts = [workstations: number, servers: number, mobiles: number]
type Row = [workspace: string, application: string, unit: string, quantity: number | '', counts?: Counts]

const mailboxes = 'Kaspersky Security for Microsoft Office 365'

/** What the report of each of the two days says. */
const reports: [Row[], Row[]] = [
  [
    ['Acme', mailboxes, 'mailbox', 96],
    ['Alder Pharmacy', 'kes-cloud-plus', 'user', 24],
    ['Alder Pharmacy', mailboxes, 'mailbox', 31],
    ['Bright Dental', 'kes-cloud-plus', 'device', 42, [8, 2, 32]],
    ['Copper Kettle Café', 'kes-cloud', 'device', 8],
    ['Dune Travel', 'kes-cloud-plus', 'user', 12],
  ],
  [
    ['Acme', mailboxes, 'mailbox', 98],
    ['Alder Pharmacy', 'kes-cloud-plus', 'user', 26],
    ['Alder Pharmacy', mailboxes, 'mailbox', 31],
    ['Bright Dental', 'kes-cloud-plus', 'device', 43, [8, 2, 33]],
    ['Copper Kettle Café', 'kes-cloud', 'device', 8],
  ],
]

/**
 * Five workspaces: one of a customer who has a virtual server too, one with users and mailboxes, one whose users are
 * computed from its devices, one under an old licence, and one that the second report no longer names.
 */
export function openWorkspaces(
  psa: DemoPsa,
  products: Products,
  customers: { name: string; company: Named | null; agreement: Named; priceLevelId: string | null }[],
): Workspace[] {
  const names = [...new Set(reports[0].map(([name]) => name))]
  return names.map((name, index) => {
    const known = customers.find((customer) => customer.name === name)
    const { company, agreement, priceLevelId } =
      known?.company != null
        ? { ...known, company: known.company }
        : psa.addCustomer({ name: `${name} Ltd`, agreementEndsOn: null }, products)
    return { id: `ws-${index + 1}`, name, company, agreement, priceLevelId }
  })
}

/** Uploads the report of one of the two days as a script of the MSP would. */
export async function deliverReport(
  client: Client,
  workspaces: Workspace[],
  day: 0 | 1,
  asOf: string,
): Promise<void> {
  const idOf = (name: string) => workspaces.find((workspace) => workspace.name === name)?.id ?? name
  const lines = reports[day].map(([name, application, unit, quantity, counts = ['', '', '']]) =>
    [idOf(name), name, 'workspace', application, unit, quantity, ...counts].join(','),
  )
  const header = 'company_id,company,kind,application,unit,quantity,workstations,servers,other'
  const query = new URLSearchParams({ asOf, fileName: `licence-report-${asOf}.csv` })
  await client.upload(`/api/sources/hub/report?${query}`, [header, ...lines].join('\r\n'))
}
