import { afterAll, beforeAll } from 'vitest'
import { connectWiseDesk } from '../../support/sides/connectwise-desk.ts'
import type { Account } from '../../vendors/connectwise/account.ts'
import { type ConnectWise, startConnectWise } from '../../vendors/connectwise/server.ts'
import { choicesContract } from '../choices-contract.ts'
import { type PsaAccount, psaContract } from '../contract.ts'
import { deskContract } from '../desk-contract.ts'
import { adapterOf } from './adapter.ts'

let vendor: ConnectWise
beforeAll(async () => {
  vendor = await startConnectWise()
})
afterAll(() => vendor.close())

psaContract('ConnectWise', open)
choicesContract('ConnectWise', open)
deskContract('ConnectWise', async () => {
  const opened = await open()
  return { ...opened, desk: opened.psa.desk, side: connectWiseDesk(opened.account) }
})

async function open(): Promise<PsaAccount & { account: Account }> {
  const account = vendor.account()
  return {
    account,
    psa: adapterOf(account),
    records: { runOn: true, lineDays: true },
    calls: account.calls,
    priceLevelId: null,
    company: (name) => `${account.addCompany({ name }).id}`,
    product: (name) => `${account.addProduct({ identifier: 'KES', description: name, price: 3.5 }).id}`,
    agreement: ({ companyId, startsOn, endsOn }) => {
      const dates = { startDate: startsOn, ...(endsOn === undefined ? {} : { endDate: endsOn }) }
      return `${account.addAgreement({ company: Number(companyId), name: 'Managed Security', ...dates }).id}`
    },
    lineInPsa: ({ agreementId, productId, quantity, startsOn, endsOn }) => {
      const addition = account.addAddition({
        agreement: Number(agreementId),
        product: Number(productId),
        quantity,
        effectiveDate: startsOn,
        ...(endsOn === undefined ? {} : { cancelledDate: endsOn }),
      })
      return `${addition.id}`
    },
    billed: (agreementId) =>
      account
        .additionsOf(Number(agreementId))
        .map(({ product, billedQuantity }) => ({ productId: `${product.id}`, quantity: billedQuantity })),
    loseAnswerToNextWrite: () => {
      account.faults.add({ kind: 'resetAfter', match: ({ method }) => method !== 'GET' })
    },
    refuseNextWrite: () => {
      account.faults.add({
        kind: 'status',
        status: 400,
        body: '{"code":"InvalidObject","message":"addition object is invalid","errors":null}',
        match: ({ method }) => method !== 'GET',
      })
    },
  }
}
