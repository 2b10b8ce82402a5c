import type { Json } from '../../row.ts'
import { notFound } from '../errors.ts'
import { type Item, itemOf, type Store } from '../store.ts'
import { pageAskedFor, pageOf } from './paging.ts'
import { type RestCall, rowOf } from './rest-call.ts'
import { advancedSearch, type SearchTypes, simpleSearch } from './search.ts'

export function priceBookAnswer(call: RestCall): Json {
  const { account, method, segments, query } = call
  const { store } = account
  const [items, ...rest] = segments
  if (items !== 'items') throw notFound('The resource')
  if (rest[0] === 'search') return searchAnswer(call, rest.slice(1))
  if (method !== 'GET') throw notFound('The resource')
  if (rest.join('/') === 'details') {
    const itemId = query.get('itemid') ?? ''
    const item = itemOf(store, itemId)
    if (!item) throw notFound(`Item ${itemId}`)
    return details(item, store)
  }
  const [number, part, ...more] = rest
  const item = rowOf(store.items, number, 'Price book item')
  if (part === undefined) return summary(item)
  if (part === 'details' && more.length === 0) return details(item, store)
  throw notFound('The resource')
}

function searchAnswer(call: RestCall, [by, activeOnly, ...more]: string[]): Json {
  const { account, method, body } = call
  if (method !== 'POST' || more.length > 0) throw notFound('The resource')
  const rows = account.store.items.all()
  if (by === undefined) {
    const found = advancedSearch(rows, searchTypes, body)
    return pageOf('PriceBookItems', found.rows, summary, found.page, account.options.lastPage)
  }
  if (by !== 'itemid' || (activeOnly !== 'true' && activeOnly !== 'false')) throw notFound('The resource')
  const offered = activeOnly === 'true' ? rows.filter(({ inactive }) => !inactive) : rows
  const found = simpleSearch(offered, { values: ({ itemId }) => [itemId] }, body)
  return pageOf('PriceBookItems', found, summary, pageAskedFor(call), account.options.lastPage)
}

const unkept = { values: () => [] }

/** That inactive items are left out by their ids only is the emulator's choice. */
const searchTypes: SearchTypes<Item> = {
  ItemId: { values: ({ itemId, inactive }) => (inactive ? [] : [itemId]) },
  ItemIdWithInactive: { values: ({ itemId }) => [itemId] },
  AllItemIds: { values: ({ itemId }) => [itemId] },
  ItemDescription: { values: ({ description }) => [description] },
  GlobalPricebook: { values: ({ itemId, description }) => [itemId, description] },
  ItemType: { values: () => ['S'], oneOf: ['M', 'A', 'L', 'S', 'F'] },
  MfgPartNumber: unkept,
  OurPartNumber: unkept,
  Upc: unkept,
  VendorPartNumber: unkept,
  Category: unkept,
  CustomField: unkept,
}

function summary(item: Item): Json {
  return { PriceBookItemNumber: item.id, ItemId: item.itemId, Item: body(item) }
}

function details(item: Item, store: Store): Json {
  return {
    ItemId: item.itemId,
    PriceBookItemNumber: item.id,
    Item: body(item),
    DefaultProjectPhase: null,
    Pricing: [...item.prices].map(([level, price]) => ({
      PriceLevel: level,
      Description: store.priceLevels.get(level)?.description ?? null,
      PriceOverride: false,
      SellingPrice: price,
      Markup: null,
      Markdown: null,
      Margin: null,
      FlatPrice: null,
      RepairLevel: false,
    })),
    Vendors: [],
    CustomFields: [],
  }
}

function body({ description, inactive }: Item): Json {
  return {
    PartNumber: null,
    ItemDescription: description,
    Type: 'S',
    Status: 'Current',
    ManufacturerListPrice: null,
    ItemCategory: null,
    ItemSubCategory: null,
    Inactive: inactive,
    Taxable: true,
    BaseCost: null,
  }
}
