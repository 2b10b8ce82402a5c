import { AutotaskRestApi } from '@apigrate/autotask-restapi'
import * as z from 'zod'
import type { Account } from '../vendors/autotask/account.ts'
import { startAutotask } from '../vendors/autotask/server.ts'
import type { Contest, Contestant } from './contest.ts'
import { applications, type Customer, changedEvery, companies, customersOf } from './usage.ts'

/** Autotask tells 450 contracts in one list and 500 rows in one page. */
const perList = 450

/** Autotask, beside a plain loop over its npm client. */
export async function autotaskContest(): Promise<Contest> {
  const vendor = await startAutotask()
  const [account, peer] = [vendor.account(), vendor.account()]
  const { userName, secret, integrationCode } = account
  const changed = companies / changedEvery
  const lists = Math.ceil(companies / perList)
  return {
    name: 'autotask',
    ours: {
      ...contestant(account),
      connection: {
        kind: 'autotask',
        baseUrl: account.baseUrl,
        credentials: { userName, secret, integrationCode },
      },
    },
    peer: { ...contestant(peer), loop: (wanted, day) => plainLoop(peer, wanted, day) },
    isWrite: ({ method, path }) => method !== 'GET' && !/\/query(\/|$)/i.test(path),
    floor: { firstRun: 2 * lists + changed, ordinaryDay: 2 * lists + changed, sameDay: 2 * lists },
    close: () => vendor.close(),
  }
}

function contestant(account: Account): Contestant {
  const services = applications.map(({ key }) => Number(account.addService({ name: key, unitPrice: 3.5 }).id))
  const customers = customersOf(services, (index, lines) => {
    const company = Number(account.addCompany({ name: `Customer ${index}` }).id)
    const contract = Number(
      account.addContract({
        company,
        name: 'Managed security',
        startDate: '2026-01-01',
        endDate: '2099-12-31',
      }).id,
    )
    for (const [service, units] of lines) account.addContractService({ contract, service, units })
    return { companyId: company, agreementId: contract }
  })
  // Adjusted on a local day that may lie ahead of this machine's.
  const inTwoDays = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  const bill = () =>
    customers.map(({ agreementId }) => account.unitsOf(agreementId, inTwoDays).map(({ units }) => units))
  return { account, customers, bill }
}

const UnitRows = z.object({
  items: z.array(z.object({ contractServiceID: z.number(), serviceID: z.number(), units: z.number() })),
})

/** The units of each contract, an adjustment where some differ. */
async function plainLoop(account: Account, customers: Customer[], effectiveDate: string): Promise<void> {
  const { userName, secret, integrationCode, baseUrl } = account
  const client = new AutotaskRestApi(userName, secret, integrationCode, {
    base_url: `${baseUrl}/ATServicesRest/`,
  })
  for (const { agreementId, wanted } of customers) {
    const { items } = UnitRows.parse(
      await client.ContractServiceUnits.query({
        filter: [
          { op: 'eq', field: 'contractID', value: agreementId },
          { op: 'lte', field: 'startDate', value: effectiveDate },
          { op: 'gte', field: 'endDate', value: effectiveDate },
        ],
      }),
    )
    for (const { contractServiceID, serviceID, units } of items) {
      const quantity = wanted.get(serviceID)
      if (quantity === undefined || quantity === units) continue
      await client.ContractServiceAdjustments.create(agreementId, {
        contractServiceID,
        effectiveDate,
        unitChange: quantity - units,
      })
    }
  }
}
