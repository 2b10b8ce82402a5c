import https from 'node:https'
import { ManageAPI } from 'connectwise-rest'
import * as z from 'zod'
import type { Account } from '../vendors/connectwise/account.ts'
import { startConnectWise } from '../vendors/connectwise/server.ts'
import type { Contest, Contestant } from './contest.ts'
import { applications, type Customer, changedEvery, companies, customersOf } from './usage.ts'

/** ConnectWise, beside a plain loop over its npm client. */
export async function connectWiseContest(): Promise<Contest> {
  const vendor = await startConnectWise({ tls: true })
  if (vendor.ca !== undefined) https.globalAgent.options.ca = vendor.ca
  const host = new URL(vendor.httpsUrl ?? '').host
  const [account, peer] = [vendor.account(), vendor.account()]
  const { companyId, publicKey, privateKey, clientId } = account
  const changed = companies / changedEvery
  return {
    name: 'connectwise',
    ours: {
      ...contestant(account),
      connection: {
        kind: 'connectwise',
        baseUrl: account.baseUrl,
        credentials: { companyId, publicKey, privateKey, clientId },
      },
    },
    peer: { ...contestant(peer), loop: (wanted) => plainLoop(peer, host, wanted) },
    isWrite: ({ method }) => method !== 'GET',
    floor: { firstRun: 1 + companies + changed, ordinaryDay: 1 + changed, sameDay: 1 },
    close: async () => {
      await vendor.close()
      https.globalAgent.destroy()
    },
  }
}

function contestant(account: Account): Contestant {
  const products = applications.map(({ key }) =>
    Number(account.addProduct({ identifier: key, price: 3.5 }).id),
  )
  const customers = customersOf(products, (index, lines) => {
    const company = account.addCompany({ name: `Customer ${index}` })
    const agreement = account.addAgreement({ company, name: 'Managed security' })
    for (const [product, quantity] of lines) account.addAddition({ agreement, product, quantity })
    return { companyId: Number(company.id), agreementId: Number(agreement.id) }
  })
  const bill = () =>
    customers.map(({ agreementId }) => account.additionsOf(agreementId).map(({ quantity }) => quantity ?? 0))
  return { account, customers, bill }
}

/** Every agreement, the additions of each, a patch where one differs. */
async function plainLoop(account: Account, host: string, customers: Customer[]): Promise<void> {
  const { companyId, publicKey, privateKey, clientId } = account
  const client = new ManageAPI({
    companyId,
    publicKey,
    privateKey,
    clientId,
    companyUrl: host,
    logger: () => {},
  })
  const wantedOf = new Map(customers.map((customer) => [customer.agreementId, customer.wanted]))

  const agreements = z
    .array(z.object({ id: z.number() }))
    .parse(await client.paginate(client.FinanceAPI.getFinanceAgreements, { pageSize: 1000 }, {}))
  for (const { id } of agreements) {
    const additions = await client.FinanceAPI.getFinanceAgreementsByParentIdAdditions(id, { pageSize: 1000 })
    for (const addition of additions) {
      const quantity = wantedOf.get(id)?.get(addition.product?.id ?? 0)
      if (quantity === undefined || quantity === addition.quantity) continue
      await client.request({
        path: `/finance/agreements/${id}/additions/${addition.id}`,
        method: 'patch',
        data: [{ op: 'replace', path: 'quantity', value: quantity }],
      })
    }
  }
}
