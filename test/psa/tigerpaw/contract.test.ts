import { afterAll, beforeAll } from 'vitest'
import { isOrderWrite, tigerpawDesk } from '../../support/sides/tigerpaw-desk.ts'
import { startTigerpaw, type Tigerpaw } from '../../vendors/tigerpaw/server.ts'
import { choicesContract } from '../choices-contract.ts'
import { contractDay, type PsaAccount, psaContract } from '../contract.ts'
import { type DeskAccount, deskContract } from '../desk-contract.ts'
import { adapterOf, isWrite } from './adapter.ts'

const noon = () => new Date(`${contractDay}T12:00:00Z`)

let vendor: Tigerpaw
beforeAll(async () => {
  vendor = await startTigerpaw({ now: noon })
})
afterAll(() => vendor.close())

psaContract('Tigerpaw', open)
choicesContract('Tigerpaw', open)
deskContract('Tigerpaw', openDesk)

async function open(): Promise<PsaAccount> {
  const account = vendor.account()
  const level = account.addPriceLevel({ description: 'Managed customers' })
  return {
    psa: adapterOf(account, { now: noon }),
    records: { runOn: true, lineDays: false },
    calls: account.calls,
    priceLevelId: `${level.id}`,
    company: (name) => `${account.addAccount({ name, linked: true }).id}`,
    product: (name) => {
      const itemId = name.toUpperCase().replaceAll(' ', '-')
      return account.addItem({ itemId, description: name, prices: { [level.id]: 3.5 } }).itemId
    },
    agreement: ({ companyId, startsOn, endsOn }) => {
      const days = { startDate: startsOn, ...(endsOn === undefined ? {} : { endDate: endsOn }) }
      return `${account.addAgreement({ account: Number(companyId), ...days }).id}`
    },
    lineInPsa: ({ agreementId, productId, quantity }) => {
      const charge = { agreement: Number(agreementId), itemId: productId, quantity, priceLevel: level }
      return `${account.addCharge(charge).id}`
    },
    billed: (agreementId) =>
      account.chargesOf(Number(agreementId)).map(({ itemId, quantity }) => ({ productId: itemId, quantity })),
    loseAnswerToNextWrite: () => {
      account.faults.add({ kind: 'resetAfter', match: isWrite })
    },
    refuseNextWrite: () => account.refuseNextWrite('The agreement is being billed just now.'),
  }
}

async function openDesk(): Promise<DeskAccount> {
  const account = vendor.account()
  return {
    desk: adapterOf(account, { now: noon }).desk,
    side: tigerpawDesk(account),
    company: (name) => `${account.addAccount({ name }).id}`,
    calls: account.calls,
    loseAnswerToNextWrite: () => {
      account.faults.add({ kind: 'resetAfter', match: isOrderWrite })
    },
    refuseNextWrite: () => account.refuseNextWrite('The board takes no orders just now.'),
  }
}
