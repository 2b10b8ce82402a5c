import type { Account } from '../account.ts'
import { Refused } from '../errors.ts'
import { type Agreement, type Charge, chargesOf, type Item, itemOf } from '../store.ts'

/** Texts by the names of their elements; what was absent or empty is not in it. */
export type ChargeLine = ReadonlyMap<string, string>

/** What a line comes to. */
export type Change =
  | { do: 'create'; charge: Omit<Charge, 'id'> }
  | { do: 'update'; charge: Charge }
  | { do: 'delete'; id: number }

/**
 * What `line` asks for, checked but not carried out.
 *
 * @param named the charges that lines before this one change; this one is added
 * @throws Refused
 */
export function changeOf(
  line: ChargeLine,
  agreement: Agreement,
  account: Account,
  named: Set<number>,
  at: Date,
): Change {
  const action = line.get('Action')
  if (action === 'Create') {
    return { do: 'create', charge: created(line, agreement, account, at) }
  }
  if (action !== 'Update' && action !== 'Delete')
    throw new Refused(`The Action ${action ?? ''} is not known.`)
  const detailId = line.get('DetailId') ?? ''
  const charge = chargesOf(account.store, agreement.id).find(({ id }) => String(id) === detailId)
  if (!charge) throw new Refused(`Agreement ${agreement.id} has no additional charge ${detailId}.`)
  if (named.has(charge.id)) throw new Refused(`Additional charge ${detailId} is named twice.`)
  named.add(charge.id)
  return action === 'Update'
    ? { do: 'update', charge: updated(charge, line, account) }
    : { do: 'delete', id: charge.id }
}

function created(line: ChargeLine, agreement: Agreement, account: Account, at: Date): Omit<Charge, 'id'> {
  const item = sellable(line.get('ItemId') ?? '', account)
  const quantity = quantityIn(line, account)
  const priceLevel = priceLevelIn(line, account)
  if (quantity === undefined) throw new Refused('Quantity is missing.')
  if (priceLevel === undefined) throw new Refused('PriceLevel is missing.')
  const price = priceIn(line) ?? item.prices.get(priceLevel)
  if (price === undefined) throw new Refused(`${item.itemId} has no price at price level ${priceLevel}.`)
  return {
    agreement: agreement.id,
    itemId: item.itemId,
    description: line.get('ItemDescription') ?? item.description,
    quantity,
    priceLevel,
    price,
    useFlatPrice: flagIn(line, 'UseFlatPrice') ?? false,
    printWhenQuantityZero: flagIn(line, 'PrintWhenQuantityZero') ?? false,
    deleteAfterInvoicing: flagIn(line, 'DeleteAfterInvoicing') ?? false,
    submitted: true,
    addedAt: at.toISOString().slice(0, 19),
  }
}

/** An item that has become inactive may stay on its charge. */
function updated(charge: Charge, line: ChargeLine, account: Account): Charge {
  const itemId = line.get('ItemId')
  const isOther = itemId !== undefined && itemId.toLowerCase() !== charge.itemId.toLowerCase()
  const other = isOther ? sellable(itemId, account) : undefined
  return {
    ...charge,
    itemId: other?.itemId ?? charge.itemId,
    description: line.get('ItemDescription') ?? other?.description ?? charge.description,
    quantity: quantityIn(line, account) ?? charge.quantity,
    priceLevel: priceLevelIn(line, account) ?? charge.priceLevel,
    price: priceIn(line) ?? charge.price,
    useFlatPrice: flagIn(line, 'UseFlatPrice') ?? charge.useFlatPrice,
    printWhenQuantityZero: flagIn(line, 'PrintWhenQuantityZero') ?? charge.printWhenQuantityZero,
    deleteAfterInvoicing: flagIn(line, 'DeleteAfterInvoicing') ?? charge.deleteAfterInvoicing,
  }
}

function sellable(itemId: string, { store }: Account): Item {
  const item = itemOf(store, itemId)
  if (!item) throw new Refused(`There is no price book item ${itemId}.`)
  if (item.inactive) throw new Refused(`The price book item ${item.itemId} is inactive.`)
  return item
}

function quantityIn(line: ChargeLine, { options }: Account): number | undefined {
  const text = line.get('Quantity')
  if (text === undefined) return undefined
  if (!/^-?\d+$/.test(text)) throw new Refused(`The Quantity ${text} is not a whole number.`)
  const quantity = Number(text)
  if (quantity < 0) throw new Refused('The Quantity must not be negative.')
  if (quantity === 0 && options.zeroQuantity === 'refused') throw new Refused('The Quantity must not be 0.')
  return quantity
}

function priceLevelIn(line: ChargeLine, { store }: Account): number | undefined {
  const text = line.get('PriceLevel')
  if (text === undefined) return undefined
  const level = /^\d+$/.test(text) ? store.priceLevels.get(Number(text)) : undefined
  if (!level) throw new Refused(`There is no price level ${text}.`)
  return level.id
}

function priceIn(line: ChargeLine): number | undefined {
  const text = line.get('Price')
  if (text === undefined) return undefined
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Refused(`The Price ${text} is not an amount.`)
  return Number(text)
}

function flagIn(line: ChargeLine, name: string): boolean | undefined {
  const text = line.get(name)
  if (text === undefined) return undefined
  if (text !== 'true' && text !== 'false') throw new Refused(`${name} must be true or false.`)
  return text === 'true'
}
