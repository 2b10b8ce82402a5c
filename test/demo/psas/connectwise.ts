import { connectWiseDesk } from '../../support/sides/connectwise-desk.ts'
import type { Account } from '../../vendors/connectwise/account.ts'
import { startConnectWise } from '../../vendors/connectwise/server.ts'
import { lastTwoDays } from '../days.ts'
import type { DemoPsa, RunningPsa } from '../psa.ts'

export async function startConnectWiseDemo(): Promise<RunningPsa> {
  const vendor = await startConnectWise()
  const account = vendor.account({ companyId: 'demo' })
  return {
    psa: connectWisePsa(account),
    url: vendor.screenUrl,
    days: lastTwoDays,
    prepare: async () => null,
    async waysIn(_client, tallypodUrl) {
      account.screens.podUrl = `${tallypodUrl}/pod?id=[cw_id]&screen=[cw_screen]`
      return [`The pod in its host's screens:  ${vendor.screenUrl}/host?company=demo&screen=tab`]
    },
    close: () => vendor.close(),
  }
}

export function connectWisePsa(account: Account): DemoPsa {
  const { companyId, publicKey, privateKey, clientId } = account
  account.screens.members = [
    { identifier: 'tess', name: 'Tess (technician)' },
    { identifier: 'ada', name: 'Ada (administrator)' },
    { identifier: 'vic', name: 'Vic (viewer)' },
  ]
  const own = account.addCompany({ name: 'Northwind IT', type: 'Owner' })
  return {
    words: {
      name: 'ConnectWise',
      company: 'company',
      product: 'product',
      agreement: 'agreement',
      tickets: 'Tickets',
    },
    desk: connectWiseDesk(account),
    ownCompany: { id: `${own.id}`, name: 'Northwind IT' },
    connection: {
      id: 'cw',
      kind: 'connectwise',
      name: 'ConnectWise',
      credentials: { companyId, publicKey, privateKey, clientId },
    },
    addProduct(product) {
      const { id } = account.addProduct({ ...product, productClass: 'Agreement' })
      return { id: `${id}` }
    },
    addCustomer({ name, agreementEndsOn }) {
      const company = account.addCompany({ name })
      const agreement = account.addAgreement({
        company,
        name: 'Managed security',
        startDate: '2025-01-01',
        ...(agreementEndsOn === null ? {} : { endDate: agreementEndsOn }),
      })
      return { company: { id: `${company.id}` }, agreement: { id: `${agreement.id}` }, priceLevelId: null }
    },
    setLineByHand(agreement, product, quantity) {
      const on = Number(agreement.id)
      const line = account.additionsOf(on).find((addition) => `${addition.product.id}` === product.id)
      if (line !== undefined) account.editAdditionByHand(on, line.id, { quantity })
      else {
        const effectiveDate = '2026-01-01'
        account.addAddition({ agreement: on, product: Number(product.id), quantity, effectiveDate })
      }
    },
    deactivate: ({ id }) => account.editByHand('product', Number(id), { inactiveFlag: true }),
    priceLevelAfterNight: (_name, before) => before,
  }
}
