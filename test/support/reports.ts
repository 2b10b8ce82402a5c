import * as z from 'zod'
import { addDays, localDay } from '../../worker/domain/day.ts'
import type { Answer } from './api.ts'
import type { Customer, Msp } from './msp.ts'

/** Of the machine's own clock, by which the Worker judges how old a report is; `ago` days before it. */
export function dayAgo(ago: number): string {
  return addDays(localDay(new Date(), 'UTC'), -ago)
}

export type ReportLine = [
  companyId: string,
  application: string,
  unit: string,
  quantity: number | '',
  counts?: [workstations: number, servers: number, other: number],
]

/** A report with the columns of our own names; a company is called as its id, in capitals. */
export function reportCsv(lines: ReportLine[]): string {
  return [
    'company_id,company,kind,application,unit,quantity,workstations,servers,other',
    ...lines.map(([id, application, unit, quantity, counts = ['', '', '']]) =>
      [id, id.toUpperCase(), 'workspace', application, unit, quantity, ...counts].join(','),
    ),
  ].join('\r\n')
}

/** An MSP with a Business Hub beside its Security Center: users are billed as KES-CLOUD, mailboxes as M365. */
export function withHub(msp: Msp, options: { maxAgeHours?: number } = {}) {
  const maxAgeHours = options.maxAgeHours ?? 48
  msp.setup.hubs.push({ id: 'hub', name: 'Business Hub', baseUrl: null, options: { maxAgeHours } })
  const products = {
    cloud: msp.psa.addProduct({ id: 510, identifier: 'KES-CLOUD', price: 4 }).id,
    mail: msp.psa.addProduct({ id: 511, identifier: 'M365', price: 1 }).id,
  }
  const none = { workstation: null, server: null, other: null }
  msp.setup.map.push(
    { application: 'kes-cloud', all: `${products.cloud}`, ...none },
    { application: 'kes-cloud-plus', all: `${products.cloud}`, ...none },
    { application: 'office-365', all: `${products.mail}`, ...none },
  )

  return {
    products,

    /** Maps a workspace to a company of its own, or to the one of a customer with a virtual server. */
    workspace(id: string, customer?: Customer): { agreementId: number; companyId: number } {
      const companyId = customer?.companyId ?? msp.psa.addCompany({ name: id.toUpperCase() }).id
      const agreementId =
        customer?.agreementId ?? msp.psa.addAgreement({ company: companyId, name: `${id}, managed` }).id
      msp.setup.mappings.push({
        tenant: { connection: 'hub', id },
        company: { connection: 'cw', id: `${companyId}` },
        billing: true,
        agreementId: `${agreementId}`,
        manualQuantity: 'ask',
      })
      return { agreementId, companyId }
    },

    async put(csv: string, query: Record<string, string> = {}): Promise<Answer> {
      await msp.save()
      const search = new URLSearchParams({ asOf: dayAgo(0), ...query })
      return msp.api.put(`/api/sources/hub/report?${search}`, undefined, {
        body: csv,
        headers: { 'content-type': 'text/csv' },
      })
    },

    /** Uploads a report that is taken in. */
    async report(lines: ReportLine[], query: Record<string, string> = {}) {
      const answer = await this.put(reportCsv(lines), query)
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
      return Taken.parse(answer.body).report
    },
  }
}

const Taken = z.strictObject({
  report: z.strictObject({
    id: z.string(),
    asOf: z.iso.date(),
    companies: z.int(),
    rows: z.int(),
  }),
})
