import * as z from 'zod'
import { tigerpawDesk } from '../../support/sides/tigerpaw-desk.ts'
import type { Account } from '../../vendors/tigerpaw/account.ts'
import { startTigerpaw } from '../../vendors/tigerpaw/server.ts'
import { lastTwoDays } from '../days.ts'
import { waysIntoOwnPage } from '../own-page.ts'
import type { DemoPsa, RunningPsa } from '../psa.ts'

const Check = z.object({ ok: z.boolean(), problems: z.array(z.object({ message: z.string() })) })

/** Customers that differ from the others. */
const notLinked = 'Dorner Architects Ltd'
const soldAsPremium = 'Lindner Metal Ltd'

export async function startTigerpawDemo(): Promise<RunningPsa> {
  const vendor = await startTigerpaw()
  const psa = tigerpawPsa(vendor.account())
  const connection = psa.connection.id
  return {
    psa,
    url: vendor.url,
    days: lastTwoDays,
    async prepare(client, { agreement, product }) {
      const on = { agreementId: agreement.id, productId: product.id }
      const answer = await client.call('POST', `/api/connections/${connection}/test-write`, on)
      const { ok, problems } = Check.parse(answer)
      if (!ok) throw new Error(`The test write failed. ${problems.map(({ message }) => message).join(' ')}`)
      return `The administrator made the test write that Tigerpaw needs: a charge of 1 ${product.id} on agreement ${agreement.id} was made, read back and removed.`
    },
    waysIn: (client, tallypodUrl, { name, company }) =>
      waysIntoOwnPage(client, tallypodUrl, { connection, entity: 'account', id: company.id, name }),
    close: () => vendor.close(),
  }
}

function tigerpawPsa(account: Account): DemoPsa {
  const { publicKey, privateKey, soapUser, soapPassword } = account
  const managed = account.addPriceLevel({ description: 'Managed' }).id
  const premium = account.addPriceLevel({ description: 'Premium' }).id
  const own = account.addAccount({ name: 'Northwind IT' })
  return {
    words: {
      name: 'Tigerpaw',
      company: 'account',
      product: 'price book item',
      agreement: 'agreement',
      tickets: 'Service orders',
    },
    desk: tigerpawDesk(account),
    ownCompany: { id: `${own.id}`, name: 'Northwind IT' },
    connection: {
      id: 'tp',
      kind: 'tigerpaw',
      name: 'Tigerpaw',
      credentials: { publicKey, privateKey, soapUser, soapPassword },
    },
    addProduct({ identifier, description, price }) {
      account.addItem({
        itemId: identifier,
        description,
        prices: { [managed]: price, [premium]: price + 1 },
      })
      return { id: identifier }
    },
    addCustomer({ name, agreementEndsOn }) {
      const company = account.addAccount({ name, linked: name !== notLinked }).id
      const terms = { account: company, startDate: '2025-01-01', endDate: agreementEndsOn }
      const agreement = account.addAgreement(terms).id
      return { company: { id: `${company}` }, agreement: { id: `${agreement}` }, priceLevelId: `${managed}` }
    },
    setLineByHand({ id }, product, quantity) {
      const agreement = Number(id)
      const charge = account.chargesOf(agreement).find(({ itemId }) => itemId === product.id)
      if (charge !== undefined) account.editChargeByHand(agreement, charge.detailId, { quantity })
      else account.addCharge({ agreement, itemId: product.id, quantity, priceLevel: managed })
    },
    deactivate: ({ id }) => account.setInactive(id),
    priceLevelAfterNight: (name, before) => (name === soldAsPremium ? `${premium}` : before),
  }
}
