import { ManageAPI } from 'connectwise-rest'
import * as z from 'zod'
import type { Account } from '../vendors/connectwise/account.ts'
import type { Customer } from './msp.ts'

/** A plain loop over the npm client: every agreement, the additions of each, a patch where one differs. */
export async function plainLoop(account: Account, host: string, customers: Customer[]): Promise<void> {
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
