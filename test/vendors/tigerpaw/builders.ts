import {
  type AccountRecord,
  type Agreement,
  type Charge,
  chargesOf,
  crossReferencesOf,
  type ExternalProduct,
  type Item,
  itemOf,
  type PriceLevel,
  type Store,
} from './store.ts'

type Named = number | { id: number }

export interface ChargeRecord {
  detailId: number
  itemId: string
  quantity: number
  priceLevel: number
  price: number
}

export interface Builders {
  /** `linked` cross-references it to the external product of the MSP's API user. */
  addAccount(account: { id?: number; name: string; linked?: boolean; status?: string }): AccountRecord
  addPriceLevel(level: { id?: number; description: string }): PriceLevel
  /** Prices by the ids of price levels. */
  addItem(item: {
    id?: number
    itemId: string
    description: string
    prices?: Record<number, number>
    inactive?: boolean
  }): Item
  /** Dates are `YYYY-MM-DD`; without `endDate` it has no end. */
  addAgreement(agreement: {
    id?: number
    account: Named
    startDate: string
    endDate?: string | null
    type?: string
    externalProduct?: string
    nextBillingPeriod?: string
  }): Agreement
  /** Without `price` it costs what the item does at that level, or nothing. */
  addCharge(charge: {
    id?: number
    agreement: Named
    itemId: string
    quantity: number
    priceLevel: Named
    price?: number
  }): Charge
  /** Ordered by id. */
  chargesOf(agreement: Named): ChargeRecord[]
  editChargeByHand(
    agreement: Named,
    detailId: number,
    values: { quantity?: number; priceLevel?: number },
  ): void
  removeChargeByHand(agreement: Named, detailId: number): void
  unlink(account: Named): void
  /** @param day the last one, `YYYY-MM-DD` */
  endAgreement(agreement: Named, day: string): void
  setInactive(itemId: string): void
  /** Someone has the agreement open in the vendor's own screens, until `unlock`. */
  lock(agreement: Named, repName: string): void
  unlock(agreement: Named): void
}

/** Records as people make them in the vendor's own screens. */
export function createBuilders(store: Store, product: ExternalProduct, now: () => Date): Builders {
  const accountOf = (named: Named) => existing(store.accounts.get(idOf(named)), `account ${idOf(named)}`)
  const agreementOf = (named: Named) =>
    existing(store.agreements.get(idOf(named)), `agreement ${idOf(named)}`)
  const levelOf = (named: Named) => existing(store.priceLevels.get(idOf(named)), `price level ${idOf(named)}`)
  const item = (itemId: string) => existing(itemOf(store, itemId), `item ${itemId}`)
  const chargeOf = (agreement: Named, detailId: number) =>
    existing(
      chargesOf(store, agreementOf(agreement).id).find(({ id }) => id === detailId),
      `charge ${detailId}`,
    )

  return {
    addAccount({ id, name, linked, status }) {
      const accountId = name.replace(/[^\p{L}\p{N}]+/gu, '').toUpperCase()
      const values = { name, accountId, type: 'Customer', status: status ?? 'Active' }
      const account = store.accounts.insert(values, id)
      if (linked) {
        store.crossReferences.insert({
          account: account.id,
          externalProduct: product.id,
          externalId: accountId,
          externalSystemId: null,
          comment: null,
        })
      }
      return account
    },
    addPriceLevel: ({ id, description }) => store.priceLevels.insert({ description }, id),
    addItem({ id, itemId, description, prices, inactive }) {
      if (itemOf(store, itemId)) throw new Error(`There is an item ${itemId} already`)
      const priced = Object.entries(prices ?? {}).map(([level, price]): [number, number] => [
        levelOf(Number(level)).id,
        price,
      ])
      return store.items.insert(
        { itemId, description, inactive: inactive ?? false, prices: new Map(priced) },
        id,
      )
    },
    addAgreement: ({ id, account, startDate, endDate, type, externalProduct, nextBillingPeriod }) =>
      store.agreements.insert(
        {
          account: accountOf(account).id,
          type: type ?? 'Managed Services',
          externalProduct: externalProduct ?? product.name,
          startDate,
          endDate: endDate ?? null,
          nextBillingPeriod: nextBillingPeriod ?? null,
          lockedBy: null,
        },
        id,
      ),
    addCharge({ id, agreement, itemId, quantity, priceLevel, price }) {
      const sold = item(itemId)
      const level = levelOf(priceLevel).id
      return store.charges.insert(
        {
          agreement: agreementOf(agreement).id,
          itemId: sold.itemId,
          description: sold.description,
          quantity,
          priceLevel: level,
          price: price ?? sold.prices.get(level) ?? 0,
          useFlatPrice: false,
          printWhenQuantityZero: false,
          deleteAfterInvoicing: false,
          submitted: false,
          addedAt: now().toISOString().slice(0, 19),
        },
        id,
      )
    },
    chargesOf: (agreement) =>
      chargesOf(store, agreementOf(agreement).id).map(({ id, itemId, quantity, priceLevel, price }) => ({
        detailId: id,
        itemId,
        quantity,
        priceLevel,
        price,
      })),
    editChargeByHand(agreement, detailId, values) {
      store.charges.put({ ...chargeOf(agreement, detailId), ...values })
    },
    removeChargeByHand(agreement, detailId) {
      store.charges.remove(chargeOf(agreement, detailId).id)
    },
    unlink(account) {
      for (const row of crossReferencesOf(store, accountOf(account).id)) {
        if (row.externalProduct === product.id) store.crossReferences.remove(row.id)
      }
    },
    endAgreement(agreement, day) {
      store.agreements.put({ ...agreementOf(agreement), endDate: day })
    },
    setInactive(itemId) {
      store.items.put({ ...item(itemId), inactive: true })
    },
    lock(agreement, repName) {
      store.agreements.put({ ...agreementOf(agreement), lockedBy: repName })
    },
    unlock(agreement) {
      store.agreements.put({ ...agreementOf(agreement), lockedBy: null })
    },
  }
}

function idOf(named: Named): number {
  return typeof named === 'number' ? named : named.id
}

function existing<Found>(row: Found | undefined, what: string): Found {
  if (!row) throw new Error(`There is no ${what}`)
  return row
}
