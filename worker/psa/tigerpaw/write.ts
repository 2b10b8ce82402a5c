import type { NewLine, QuantityChange, Written } from '../port.ts'
import { recordId } from '../record-id.ts'
import { rejected } from '../rejected.ts'
import type { ChargeAction, ChargePricing } from './charge-dialect.ts'
import type { SubmitCharges } from './charges.ts'
import type { TigerpawClient } from './client.ts'
import { agreement, type ItemDetail, itemDetail } from './read.ts'

export type NewCharge = Extract<ChargeAction, { action: 'Create' }>

export interface ChargeWriter {
  create(line: NewLine): Promise<Written>
  setQuantity(change: QuantityChange): Promise<Written>
}

/** What a write needs to know beforehand, such as prices, is asked for only once: a writer is for a short while. */
export function chargeWriter(client: TigerpawClient, submit: SubmitCharges): ChargeWriter {
  const agreementOf = onceEach((id) => agreement(client, id))
  const itemOf = onceEach((id) => itemDetail(client, id))

  async function write(agreementId: string, charge: ChargeAction): Promise<Written> {
    const { id, companyId } = await known('agreement', agreementId, agreementOf)
    await submit({ agreementNumber: Number(id), accountNumber: Number(companyId), charges: [charge] })
    return { kind: 'accepted' }
  }

  async function known<T>(what: string, id: string, find: (id: string) => Promise<T | null>): Promise<T> {
    const found = await find(id)
    if (found === null) throw notSent(`Tigerpaw has no ${what} "${id}"`)
    return found
  }

  function notSent(why: string) {
    return rejected(client.vendor, 0, `nothing was sent: ${why}`)
  }

  function assertCountable(quantity: number): void {
    if (Number.isSafeInteger(quantity) && quantity >= 0) return
    throw notSent(`a quantity has to be a whole number of 0 or more, not ${quantity}`)
  }

  function pricing(item: ItemDetail, priceLevelId: string): ChargePricing {
    const level = prices(item).find(({ priceLevel }) => `${priceLevel}` === priceLevelId)
    if (level !== undefined) return level
    throw notSent(
      `the item "${item.ItemId}" has no selling price at price level ${priceLevelId}; enter one in the price book`,
    )
  }

  return {
    async create({ agreementId, productId, quantity, priceLevelId }) {
      assertCountable(quantity)
      if (priceLevelId === null) throw notSent('no price level is chosen for this company; choose one')
      const item = await known('item', productId, itemOf)
      return write(agreementId, newCharge(item, quantity, pricing(item, priceLevelId)))
    },

    async setQuantity({ agreementId, lineId, productId, to, priceLevelId }) {
      assertCountable(to)
      const detailId = recordId(lineId)
      if (detailId === null) throw notSent(`Tigerpaw has no charge "${lineId}"`)
      return write(agreementId, {
        action: 'Update',
        detailId,
        itemId: productId,
        quantity: to,
        pricing: priceLevelId === null ? null : pricing(await known('item', productId, itemOf), priceLevelId),
      })
    },
  }
}

export function newCharge(item: ItemDetail, quantity: number, pricing: ChargePricing): NewCharge {
  const itemDescription = item.Item.ItemDescription ?? ''
  return { action: 'Create', itemId: item.ItemId, itemDescription, quantity, pricing }
}

/** The levels at which the item has a selling price, in the order of the price book. */
export function prices(item: ItemDetail): ChargePricing[] {
  return (item.Pricing ?? []).flatMap(({ PriceLevel, SellingPrice }) =>
    PriceLevel == null || SellingPrice == null ? [] : [{ priceLevel: PriceLevel, price: SellingPrice }],
  )
}

/** `find`, asked once for each id; what is missing or could not be read is asked for again. */
function onceEach<T>(find: (id: string) => Promise<T | null>): (id: string) => Promise<T | null> {
  const found = new Map<string, T>()
  return async (id) => {
    const before = found.get(id)
    if (before !== undefined) return before
    const now = await find(id)
    if (now !== null) found.set(id, now)
    return now
  }
}
