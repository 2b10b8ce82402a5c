import type { Json } from '../../row.ts'
import { notFound } from '../errors.ts'
import type { ExternalProduct, NamedEntry, OrderStatus, PriceLevel, Rep } from '../store.ts'
import type { RestCall } from './rest-call.ts'

export function masterTablesAnswer({ account: { store }, method, segments, query }: RestCall): Json {
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
    case 'GET dispatchboards':
      return store.boards
        .all()
        .filter(({ inUse }) => inUse)
        .map(({ id, description }) => ({ DispatchBoardId: id, Description: description }))
    case 'GET priorities':
      return store.priorities.all().map(priority)
    case 'GET serviceorders/statuses':
      return store.orderStatuses.all().map(orderStatus)
    case 'GET serviceorders/statuses/true':
      return store.orderStatuses
        .all()
        .filter(({ isSystem }) => !isSystem)
        .map(orderStatus)
    case 'GET serviceorders/types':
      return store.orderTypes.all().map(orderType)
    case 'GET reps':
      return reps(store.reps.all(), query.get('activeonly') === 'true')
    case 'GET reps/true':
      return reps(store.reps.all(), true)
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

function priority({ name, isDefault }: NamedEntry, index: number): Json {
  return {
    Priority: name,
    ResponseTime: 0,
    Rank: index + 1,
    WarningThreshold: 0,
    ReportingPeriod: 0,
    Color: 0,
    SystemDefault: isDefault,
    AroundTheClockResponse: false,
  }
}

function orderStatus({ name, isSystem, isDefault }: OrderStatus, index: number): Json {
  return {
    Status: name,
    TicketChange: null,
    IVRID: 0,
    SystemEntry: isSystem,
    SystemDefault: isDefault,
    Rank: index + 1,
    Color: 0,
  }
}

function orderType({ name, isDefault }: NamedEntry): Json {
  return { Type: name, AutoPrint: false, SystemEntry: false, SystemDefault: isDefault, Priority: null }
}

function reps(rows: Rep[], activeOnly: boolean): Json {
  return rows
    .filter(({ inactive }) => !(activeOnly && inactive))
    .map(({ id, firstName, lastName, inactive }) => ({
      RepNumber: id,
      PersonalAccountNumber: null,
      HomePhone: null,
      MobilePhone: null,
      Status: inactive ? 'Inactive' : 'Active',
      Inactive: inactive,
      FirstName: firstName,
      LastName: lastName,
      PhoneNumber: null,
      EmailAddress: null,
      Title: null,
      DisplayName: `${firstName} ${lastName}`,
      SearchName: `${lastName}, ${firstName}`,
    }))
}
