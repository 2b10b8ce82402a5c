import { addDays, utcDay } from '../../../worker/domain/day.ts'
import { autotaskDesk } from '../../support/sides/autotask-desk.ts'
import type { Account } from '../../vendors/autotask/account.ts'
import { startAutotask } from '../../vendors/autotask/server.ts'
import { twoDaysAtOnce } from '../days.ts'
import { waysIntoOwnPage } from '../own-page.ts'
import type { DemoPsa, RunningPsa } from '../psa.ts'

/** Customers with contracts of their own kind; on those of the others, every service stands at 0 until it is used. */
const withBundleOnly = 'Dorner Architects Ltd'
const withoutOtherDevices = 'Fischer Logistics Ltd'
const withServiceTwice = 'Lindner Metal Ltd'

const startDate = '2025-01-01'

export async function startAutotaskDemo(): Promise<RunningPsa> {
  const vendor = await startAutotask()
  const psa = autotaskPsa(vendor.account())
  return {
    psa,
    url: vendor.url,
    days: twoDaysAtOnce,
    prepare: async () => null,
    waysIn: (client, tallypodUrl, { name, company }) =>
      waysIntoOwnPage(client, tallypodUrl, {
        connection: psa.connection.id,
        entity: 'organization',
        id: company.id,
        name,
      }),
    close: () => vendor.close(),
  }
}

function autotaskPsa(account: Account): DemoPsa {
  const { userName, secret, integrationCode } = account
  const bundle = Number(account.addBundle({ name: 'Workplace, all in', unitPrice: 59 }).id)
  return {
    words: {
      name: 'Autotask',
      company: 'organization',
      product: 'service',
      agreement: 'contract',
      tickets: 'Tickets',
    },
    desk: autotaskDesk(account),
    ownCompany: { id: '0', name: 'Northwind IT' },
    connection: {
      id: 'at',
      kind: 'autotask',
      name: 'Autotask',
      credentials: { userName, secret, integrationCode },
    },
    addProduct({ description, price }) {
      const { id } = account.addService({ name: description, unitPrice: price })
      return { id: `${id}` }
    },
    addCustomer({ name, agreementEndsOn }, { workstations, servers, other, select, cloud, mailboxes }) {
      const company = Number(account.addCompany({ name }).id)
      const endDate = agreementEndsOn ?? '2099-12-31'
      const terms = { company, name: 'Managed security', startDate, endDate }
      const contract = Number(account.addContract(terms).id)
      if (name === withBundleOnly) account.addContractBundle({ contract, bundle, units: 27 })
      else {
        const services = [workstations, servers, select, cloud, mailboxes]
        if (name !== withoutOtherDevices) services.push(other)
        if (name === withServiceTwice) services.push(workstations)
        for (const { id } of services) account.addContractService({ contract, service: Number(id) })
      }
      return { company: { id: `${company}` }, agreement: { id: `${contract}` }, priceLevelId: null }
    },
    setLineByHand(agreement, product, quantity) {
      const contract = Number(agreement.id)
      const service = Number(product.id)
      // Wherever the MSP is, the one of these days has come, and the other is not over.
      const [on, until] = [addDays(utcDay(new Date()), -1), addDays(utcDay(new Date()), 1)]
      const line = account.unitsOf(contract, until).find(({ serviceID }) => serviceID === service)
      if (line === undefined) account.addContractService({ contract, service, units: quantity })
      else account.adjustByHand(line.contractServiceID, { on, unitChange: quantity - line.units })
    },
    deactivate: ({ id }) => account.editByHand('Services', Number(id), { isActive: false }),
    priceLevelAfterNight: (_name, before) => before,
  }
}
