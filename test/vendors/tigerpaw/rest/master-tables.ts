import type { Json } from '../../row.ts'
import { notFound } from '../errors.ts'
import type { ExternalProduct, PriceLevel } from '../store.ts'
import type { RestCall } from './rest-call.ts'

export function masterTablesAnswer({ account: { store }, method, segments }: RestCall): Json {
  switch (`${method} ${segments.join('/')}`) {
    case 'GET pricelevels':
      return store.priceLevels.all().map(priceLevel)
    case 'GET externalproducts':
    case 'GET externalproducts/false':
      return store.externalProducts.all().map(externalProduct)
    case 'GET externalproducts/true':
      return store.externalProducts
        .all()
        .filter(({ systemEntry }) => !systemEntry)
        .map(externalProduct)
  }
  throw notFound('The resource')
}

function priceLevel({ id, description }: PriceLevel): Json {
  return {
    PriceLevelId: id,
    PriceLevelCategoryId: 1,
    PriceLevelCategory: 'Standard',
    Description: description,
    IncomeGeneralLedgerCode: null,
    CostGeneralLedgerCode: null,
    MarkUp: null,
    MarkDown: null,
    Margin: null,
    IsRepairLevel: false,
    ApplyQuantityDiscounts: false,
    PriceBasis: 0,
    CostToUse: 0,
  }
}

function externalProduct({ id, name, systemEntry }: ExternalProduct): Json {
  return { ExternalProductId: id, Product: name, ProductType: 0, SystemEntry: systemEntry, Active: true }
}
