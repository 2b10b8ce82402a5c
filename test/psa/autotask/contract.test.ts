import { afterAll, beforeAll } from 'vitest'
import { autotaskDesk } from '../../support/sides/autotask-desk.ts'
import type { Account } from '../../vendors/autotask/account.ts'
import { type Autotask, startAutotask } from '../../vendors/autotask/server.ts'
import { choicesContract } from '../choices-contract.ts'
import { type PsaAccount, psaContract } from '../contract.ts'
import { deskContract } from '../desk-contract.ts'
import { memoryOf } from '../root-memory.ts'
import { adapterOf, contractNoon, isWrite, refusal } from './adapter.ts'

let vendor: Autotask
beforeAll(async () => {
  vendor = await startAutotask({ now: contractNoon })
})
afterAll(() => vendor.close())

psaContract('Autotask', open)
choicesContract('Autotask', open)
deskContract('Autotask', async () => {
  const opened = await open()
  return { ...opened, desk: opened.psa.desk, side: autotaskDesk(opened.account) }
})

async function open(): Promise<PsaAccount & { account: Account }> {
  const account = vendor.account()
  return {
    account,
    psa: adapterOf(account, { memory: memoryOf(null) }),
    records: { runOn: false, lineDays: false },
    calls: account.calls,
    priceLevelId: null,
    company: (name) => `${account.addCompany({ name }).id}`,
    product: (name) => `${account.addService({ name, unitPrice: 3.5 }).id}`,
    agreement: ({ companyId, startsOn, endsOn }) => {
      const dates = { startDate: startsOn, endDate: endsOn ?? '2099-12-31' }
      return `${account.addContract({ company: Number(companyId), name: 'Managed Security', ...dates }).id}`
    },
    lineInPsa: ({ agreementId, productId, quantity }) => {
      const line = { contract: Number(agreementId), service: Number(productId), units: quantity }
      return `${account.addContractService(line).id}`
    },
    billed: (agreementId) =>
      account
        .unitsOf(Number(agreementId))
        .map(({ serviceID, units }) => ({ productId: `${serviceID}`, quantity: units })),
    loseAnswerToNextWrite: () => {
      account.faults.add({ kind: 'resetAfter', match: isWrite })
    },
    refuseNextWrite: () => {
      account.faults.add({ ...refusal('The Contract cannot be changed now.'), match: isWrite })
    },
  }
}
